// The official Node SDK, from the folder that ALOFT_NODE_SDK names.
'use strict';

const { createRequire } = require('node:module');
const { join } = require('node:path');

const folder = process.env.ALOFT_NODE_SDK;
if (!folder) {
  throw new Error('ALOFT_NODE_SDK is not set: run this through `cargo xtask test --only conformance`');
}
module.exports = createRequire(join(folder, 'package.json'))('cloudinary').v2;
