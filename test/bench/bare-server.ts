import { NodeVerifyingKeys, parseSigningKeys, verifyCredentialSync } from '@carers/credentials';
import fastify from 'fastify';
import pg from 'pg';

/**
 * What the program is measured against: Fastify and pg with nothing around them. No till key, no schema, no rules, no
 * limits, no audit, no framework; named prepared statements on a pool of the same size. A validation is the same check of
 * the signature and one INSERT, a redemption one INSERT.
 */
pg.types.setTypeParser(pg.types.builtins.DATE, (value) => value);
pg.types.setTypeParser(pg.types.builtins.INT8, Number);

const pool = new pg.Pool({
  connectionString: process.env['DATABASE_URL'],
  max: Number(process.env['DATABASE_POOL_SIZE']),
});
pool.on('error', (error) => process.stderr.write(`${error.message}\n`));
const server = fastify();

interface BareValidation {
  qr: string;
  id: string;
  tillId: string;
  branchId: string;
  cardId: string;
  scanId: string;
}

const keys = new NodeVerifyingKeys(parseSigningKeys(process.env['CARD_SIGNING_KEYS']!));

server.post<{ Body: BareValidation }>('/validations', async ({ body }) => {
  const now = new Date();
  const check = verifyCredentialSync(body.qr, keys, { now });
  if (!check.ok) throw new Error(check.reason);
  await pool.query({
    name: 'bare-validation',
    text: `INSERT INTO validation (id, till_id, branch_id, scan_id, at, card_id, credential_id, outcome)
      VALUES ($1, $2, $3, $4, $5, $6, $7, 'valid')`,
    values: [body.id, body.tillId, body.branchId, body.scanId, now, body.cardId, check.claims.credentialId],
  });
  return { outcome: 'valid', reason: null, card: { firstName: check.claims.firstName } };
});

interface BareRedemption {
  id: string;
  tillId: string;
  branchId: string;
  cardId: string;
  scanId: string;
  offerId: string;
  basketPence: number;
}

server.post<{ Body: BareRedemption }>('/redemptions', async ({ body }, reply) => {
  const now = new Date();
  await pool.query({
    name: 'bare-redemption',
    text: `INSERT INTO redemption (id, till_id, branch_id, scan_id, offer_id, offer_revision, card_id, occurred_at,
        recorded_at, basket_pence, saving_pence)
      VALUES ($1, $2, $3, $4, $5, 1, $6, $7, $7, $8, $9)`,
    values: [
      body.id,
      body.tillId,
      body.branchId,
      body.scanId,
      body.offerId,
      body.cardId,
      now,
      body.basketPence,
      Math.round(body.basketPence / 10),
    ],
  });
  void reply.status(201);
  return { id: body.id, scanId: body.scanId, offerId: body.offerId, occurredAt: now };
});

server.get<{ Querystring: { region: string; category: string } }>('/offers', async (request) => {
  const { rows } = await pool.query({
    name: 'bare-list',
    text: `SELECT offer_id AS id, region_id AS "regionId", rank, line FROM offer_listing
      WHERE region_id = $1 AND category_id = $2 AND ends_on >= $3 AND confirmed_on >= $4
      ORDER BY rank DESC, offer_id DESC LIMIT $5`,
    values: [request.query.region, request.query.category, new Date().toISOString().slice(0, 10), '2020-01-01', 21],
  });
  return { data: rows };
});

server.get<{ Querystring: { region: string } }>('/page', async (request) => {
  const { rows } = await pool.query({
    name: 'bare-page',
    text: `SELECT offer_id AS id, region_id AS "regionId", rank, line FROM offer_listing
      WHERE region_id = $1 AND ends_on >= $2 AND confirmed_on >= $3
      ORDER BY rank DESC, offer_id DESC LIMIT $4`,
    values: [request.query.region, new Date().toISOString().slice(0, 10), '2020-01-01', 21],
  });
  return { data: rows };
});

await server.listen({ port: Number(process.env['PORT']), host: '127.0.0.1' });
process.once('disconnect', () => process.exit());
