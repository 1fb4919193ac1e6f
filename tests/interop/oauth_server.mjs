// SPDX-License-Identifier: Apache-2.0
// The OAuth 2.0 server of the interop tests: oidc-provider over TLS. usage: node oauth_server.mjs SETTINGS.json
// Prints one line per answered token request ("token STATUS"), and never a secret. SIGUSR2 revokes the newest token.
import { webcrypto } from 'node:crypto';
import fs from 'node:fs';
import https from 'node:https';
import { setTimeout as pause } from 'node:timers/promises';

// Debian 12 has Node.js 18, which lacks these two.
globalThis.crypto ??= webcrypto;
URL.parse ??= (text, base) => (URL.canParse(text, base) ? new URL(text, base) : null);
const { default: Provider } = await import('oidc-provider');

const settings = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'));

const client = (id, secret, more = {}) => ({
  client_id: id,
  client_secret: secret,
  grant_types: ['client_credentials'],
  redirect_uris: [],
  response_types: [],
  token_endpoint_auth_method: 'client_secret_post',
  ...more,
});

const provider = new Provider(`https://localhost:${settings.port}`, {
  clients: [
    client('partner-1', settings.partner_secret, { scope: 'jobs:read' }),
    client('partner-without-grant', settings.partner_secret, {
      grant_types: ['authorization_code'],
      redirect_uris: ['https://partner.test/'],
      response_types: ['code'],
    }),
    client('gateway', settings.gateway_secret),
  ],
  scopes: ['jobs:read', 'jobs:write'],
  clientAuthMethods: ['client_secret_post'],
  ttl: { ClientCredentials: () => settings.token_seconds },
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    introspection: { enabled: true, allowedPolicy: (context, asking) => asking.clientId === 'gateway' },
    revocation: { enabled: true },
  },
  routes: { token: '/oauth2/token', introspection: '/oauth2/introspect', revocation: '/oauth2/revoke' },
});

provider.use(async (context, next) => {
  const asks_for_a_token = context.path === '/oauth2/token';
  if (asks_for_a_token) await pause(settings.token_delay_ms);
  await next();
  if (asks_for_a_token) console.log(`token ${context.status}`);
});

let newest;
provider.on('client_credentials.saved', (token) => { newest = token; });
process.on('SIGUSR2', async () => {
  await newest.destroy();
  console.log('revoked');
});

const tls = { key: fs.readFileSync(settings.private_key), cert: fs.readFileSync(settings.certificate) };
const server = https.createServer({ ...tls, minVersion: 'TLSv1.2' }, provider.callback());
server.keepAliveTimeout = 120_000; // longer than the gateway's, so that the gateway never sends into a closing connection
server.listen(settings.port, '127.0.0.1');
