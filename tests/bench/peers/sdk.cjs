// A program with the official Node SDK: sdk.cjs FOLDER. Thirty at a time; a lost file does not end it.
'use strict';

const { createRequire } = require('node:module');
const { readdirSync, statSync } = require('node:fs');
const { join } = require('node:path');

const { uploader } = createRequire(join(process.env.ALOFT_NODE_SDK, 'package.json'))('cloudinary').v2;
const LARGE = 20_000_000;
const folder = process.argv[2];
const names = readdirSync(folder).sort();

function send(name) {
  const path = join(folder, name);
  const options = { resource_type: 'raw', public_id: name };
  if (statSync(path).size <= LARGE) {
    return uploader.upload(path, options);
  }
  return new Promise((resolve, reject) => {
    uploader.upload_large(path, options, (error, answer) => (error ? reject(error) : resolve(answer)));
  });
}

async function worker(waiting) {
  let done = 0;
  for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
    try {
      await send(name);
      done += 1;
    } catch (error) {
      // Error objects of this SDK can hold the secret: only the message is shown.
      console.error(`${name}: ${error.message || (error.error && error.error.message)}`);
    }
  }
  return done;
}

async function main() {
  const waiting = [...names];
  const counts = await Promise.all(Array.from({ length: 30 }, () => worker(waiting)));
  const done = counts.reduce((a, b) => a + b);
  console.log(`${done} of ${names.length}`);
  process.exit(done === names.length ? 0 : 1);
}

main();
