// SPDX-License-Identifier: Apache-2.0
// A gateway that demands client certificates and ends connections without telling why, as Node.js does.
// usage: node node_gateway.mjs FOLDER PORT_OF_TLS_1_2 PORT_OF_TLS_1_3
import fs from 'node:fs';
import http2 from 'node:http2';

const [folder, ...ports] = process.argv.slice(2);
const read = (name) => fs.readFileSync(`${folder}/${name}`, 'utf8');
const lists = read('revoked.pem').split(/(?<=-----END X509 CRL-----\n)/); // of several in one text it reads the first

['TLSv1.2', 'TLSv1.3'].forEach((version, i) => {
  const server = http2.createSecureServer({
    key: read('server.pem'),
    cert: read('server.pem'),
    ca: read('clients.pem'),
    crl: lists,
    requestCert: true,
    rejectUnauthorized: true,
    allowHTTP1: true,
    minVersion: version,
    maxVersion: version,
  });
  server.on('request', (request, response) => {
    request.resume();
    request.on('end', () => response.end('{"jobs":[]}'));
  });
  server.on('sessionError', () => {});
  server.listen(Number(ports[i]), '127.0.0.1');
});
