/**
 * nginx as a proxy, where it is installed: what a proxy that is not written in JavaScript costs.
 *
 * @module
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Contestant, listening, native } from './contestants.ts'
import { start, stop } from './process.ts'

/** Whether nginx is installed. */
export function hasNginx(): boolean {
  return spawnSync('nginx', ['-v']).status === 0
}

/** One worker that keeps its connections to the upstream and passes on every piece at once. */
export function nginx(folder: string): Contestant {
  return {
    name: 'nginx',
    async start(upstream, port) {
      const own = mkdtempSync(join(folder, 'nginx-'))
      const file = join(own, 'nginx.conf')
      writeFileSync(file, configuration(own, upstream, port))
      const command = ['nginx', '-p', own, '-e', join(own, 'error.log'), '-c', file] as const
      const child = start('measured', command, { stdio: ['ignore', 'ignore', 'inherit'] })
      await listening(child, port)
      return { name: 'nginx', pid: child.pid, port, post: native, stop: () => stop(child) }
    },
  }
}

function configuration(folder: string, upstream: number, port: number): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
  return `
daemon off;
worker_processes 1;
worker_rlimit_nofile 8192;
pid ${folder}/nginx.pid;
events { worker_connections 4096; }
http {
${temporary.map((name) => `  ${name}_temp_path ${folder}/${name};`).join('\n')}
  access_log ${folder}/access.log;
  client_max_body_size 32m;
  client_body_buffer_size 256k;
  keepalive_requests 1000000;
  upstream provider { server 127.0.0.1:${upstream}; keepalive 1024; keepalive_requests 1000000; }
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://provider;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_buffering off;
    }
  }
}
`
}
