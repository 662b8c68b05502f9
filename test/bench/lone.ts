import { Agent, request } from 'node:http';
import type { BenchRequest } from './rounds.js';

/** Milliseconds from request to whole answer, of a sender who asks one thing after the other on one connection. */
export async function loneTimes(url: string, next: () => BenchRequest[], seconds: number): Promise<number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const times: number[] = [];
  const end = performance.now() + seconds * 1000;
  while (performance.now() < end) {
    for (const one of next()) {
      const began = performance.now();
      const status = await answerTo(url, one, agent);
      if (status < 200 || status > 299) throw new Error(`${one.path} was answered with ${status}.`);
      times.push(performance.now() - began);
    }
  }
  agent.destroy();
  return times;
}

function answerTo(url: string, { method, path, headers, body }: BenchRequest, agent: Agent): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(url + path, { method, agent, headers: { ...headers } }, (answer) => {
      answer.on('end', () => resolve(answer.statusCode ?? 0)).on('error', reject);
      answer.resume();
    });
    sent.on('error', reject).end(body);
  });
}
