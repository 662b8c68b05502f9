import { createHash } from 'node:crypto';
import { validateStatement } from '../../libs/till/src/validate.statement.js';
import fastify from 'fastify';
import pg from 'pg';

/**
 * What the program is measured against: Fastify and pg doing the same SQL with nothing around it. No signature check,
 * no schema, no rules, no framework; named prepared statements on a pool of the same size.
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
  id: string;
  credentialId: string;
  scanId: string;
}

server.post<{ Body: BareValidation }>('/validations', async (request) => {
  const key = request.headers.authorization!.slice('Bearer '.length);
  const { rows } = await pool.query({
    ...validateStatement,
    values: [
      [request.body.id],
      [createHash('sha256').update(key).digest('hex')],
      [request.body.scanId],
      [new Date()],
      [new Date().toISOString().slice(0, 10)],
      [request.body.credentialId],
      [null],
      [null],
    ],
  });
  return rows[0] as object;
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
