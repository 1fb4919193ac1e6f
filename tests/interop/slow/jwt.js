// SPDX-License-Identifier: Apache-2.0
// njs: takes a token (RFC 7519) that the OAuth server has signed with RS256 and that has not expired. A token that is bound to a
// certificate (RFC 8705, section 3.1) counts only on connections with that certificate.
import hash from 'crypto';

const rs256 = {name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256'};

function decoded(text) { return Buffer.from(text, 'base64url'); }

function thumbprint(certificate) {
    const der = Buffer.from(certificate.replace(/-----[A-Z ]+-----|\s/g, ''), 'base64');
    return hash.createHash('sha256').update(der).digest('base64url');
}

async function is_good(r) {
    const parts = r.variables.bearer.split('.');
    if (parts.length !== 3) return false;
    const key = await crypto.subtle.importKey('spki', Buffer.from(r.variables.issuer_key, 'base64'), rs256, false, ['verify']);
    const signed = Buffer.from(parts[0] + '.' + parts[1]);
    const is_genuine = await crypto.subtle.verify(rs256, key, decoded(parts[2]), signed);
    if (!is_genuine) return false;
    const claims = JSON.parse(decoded(parts[1]).toString());
    if (claims.exp * 1000 <= Date.now()) return false;
    return !claims.cnf || claims.cnf['x5t#S256'] === thumbprint(r.variables.ssl_client_raw_cert);
}

async function check(r) {
    const good = await is_good(r);
    r.return(good ? 204 : 401);
}
export default {check};
