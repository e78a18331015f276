// Follows a topic with a client that many use, and prints a line of JSON for everything that comes.
// usage: node follow.mjs eventsource|ws URL TOKEN TOPIC
import { EventSource } from 'eventsource';
import WebSocket from 'ws';

const [client, base, token, topic] = process.argv.slice(2);
const print = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);

if (client === 'eventsource') {
  const source = new EventSource(`${base}/v1/events?topic=${topic}`, {
    fetch: (input, init) => fetch(input, { ...init, headers: { ...init.headers, Authorization: `Bearer ${token}` } }),
  });
  source.addEventListener('ready', () => print({ op: 'ready' }));
  source.addEventListener('event', (e) => print({ op: 'event', data: JSON.parse(e.data).data }));
  source.addEventListener('gap', (e) => print({ op: 'gap', ...JSON.parse(e.data) }));
} else {
  let cursor;
  const connect = () => {
    const socket = new WebSocket(`${base.replace('http', 'ws')}/v1/ws`, 'dataprism.v1', {
      headers: { Authorization: `Bearer ${token}` },
    });
    socket.on('open', () => socket.send(JSON.stringify({ op: 'subscribe', id: 's', topics: [topic], cursor })));
    socket.on('message', (text) => {
      const frame = JSON.parse(text);
      if (frame.op === 'subscribed') {
        cursor = cursor ?? frame.cursor;
        print({ op: 'ready' });
      } else if (frame.op === 'event') {
        cursor = frame.cursor;
        print({ op: 'event', data: frame.event.data });
      } else if (frame.op === 'gap') {
        cursor = frame.to;
        print(frame);
      }
    });
    socket.on('error', () => {}); // a close follows
    socket.on('close', () => setTimeout(connect, 200));
  };
  connect();
}
