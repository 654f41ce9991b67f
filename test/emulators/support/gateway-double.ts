// A gateway as its supervisor sees it: it listens on PORT, is ready, and ends with SIGTERM.
import { createServer } from 'node:http';

if (process.env.NODE_TEST_BEHAVIOUR === 'fails') process.exit(3);
const server = createServer((request, response) => {
  response.statusCode = request.url === '/ready' ? 200 : 404;
  response.end(request.url === '/environment' ? JSON.stringify(process.env) : undefined);
});
server.listen(Number(process.env.PORT), process.env.HOST);
process.on('SIGTERM', () => process.exit(0));
