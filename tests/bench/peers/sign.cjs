// How often a second the official Node SDK signs an upload: sign.cjs SECONDS. Prints a rate; `sign_rate.rs` is its twin.
'use strict';

const { createRequire } = require('node:module');
const { join } = require('node:path');

const { utils } = createRequire(join(process.env.ALOFT_NODE_SDK, 'package.json'))('cloudinary').v2;
const seconds = Number(process.argv[2]);
const params = {
  folder: 'holiday/2026',
  overwrite: false,
  public_id: 'sunset-over-the-bay-k3j9x2',
  tags: 'sea,evening',
  timestamp: 1764000000,
};

function rate(duration) {
  const start = process.hrtime.bigint();
  let count = 0;
  let elapsed = 0;
  while (elapsed < duration) {
    for (let i = 0; i < 1000; i += 1) {
      // A new timestamp each time, so that nothing can be kept from the last time.
      params.timestamp += 1;
      utils.api_sign_request(params, 'a-secret-of-27-characters-x');
    }
    count += 1000;
    elapsed = Number(process.hrtime.bigint() - start) / 1e9;
  }
  return count / elapsed;
}

rate(seconds / 4); // warm
console.log(rate(seconds));
