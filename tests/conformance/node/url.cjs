// Builds the address of JSON lines {public_id, config, options} with the official Node SDK's own function.
'use strict';

const { createInterface } = require('node:readline');
const cloudinary = require('./sdk.cjs');

createInterface({ input: process.stdin }).on('line', (line) => {
  const { public_id, config, options } = JSON.parse(line);
  cloudinary.config({ secure: true, urlAnalytics: false, ...config });
  console.log(cloudinary.url(public_id, options));
});
