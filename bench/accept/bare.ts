import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';

/** What Express costs by itself: parses the same body, keeps nothing, answers. */
const app = express();
app.use(express.json({ limit: '50mb' }));
app.post('/v1/contracts', (request, response) => {
  const { label } = request.body as { label: string };
  response.status(202).json({ id: 'none', status: 'accepted', label });
});

const server = createServer(app);
server.listen(0, '127.0.0.1', () => {
  console.log(JSON.stringify({ port: (server.address() as AddressInfo).port }));
});
