// Preloaded into a program by tests: notes every connection and name look-up that would leave this machine.

import dgram from 'node:dgram';
import dns from 'node:dns';
import { appendFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';

const file = process.env.OUTGOING_LOG;
const loopback = /^(localhost|127\.|::1$|::ffff:127\.|0\.0\.0\.0$|::$)/;
const note = (what, target) => {
  if (target !== undefined && target !== '' && !loopback.test(String(target)))
    appendFileSync(file, `${what} ${target}\n`);
};

const { connect } = net.Socket.prototype;
net.Socket.prototype.connect = function watched(...args) {
  // Node hands its own calls over as one array of options and callback.
  const [first, second] = Array.isArray(args[0]) ? args[0] : args;
  if (typeof first === 'object' && first !== null) {
    if (first.path === undefined) note('connect', first.host ?? 'localhost');
  } else if (Number.isInteger(Number(first))) note('connect', typeof second === 'string' ? second : 'localhost');
  return connect.apply(this, args);
};

const { send } = dgram.Socket.prototype;
dgram.Socket.prototype.send = function watched(...args) {
  note(
    'send',
    args.findLast((argument) => typeof argument === 'string'),
  );
  return send.apply(this, args);
};

for (const api of [dns, dns.promises]) {
  for (const name of ['lookup', 'resolve', 'resolve4', 'resolve6', 'resolveTxt', 'resolveSrv']) {
    const original = api[name];
    api[name] = function watched(host, ...rest) {
      note('lookup', host);
      return original.call(this, host, ...rest);
    };
  }
}
syncBuiltinESMExports();
