// Signs JSON lines {params, secret, algorithm, version} with the official Node SDK's own function.
'use strict';

const { createInterface } = require('node:readline');
const cloudinary = require('./sdk.cjs');

createInterface({ input: process.stdin }).on('line', (line) => {
  const { params, secret, algorithm, version } = JSON.parse(line);
  try {
    console.log(cloudinary.utils.api_sign_request(params, secret, algorithm, version));
  } catch (error) {
    console.log(`${error.name}`);
  }
});
