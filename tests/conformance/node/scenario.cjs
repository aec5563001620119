// What a program with the official Node SDK does: scenario.cjs SMALL LARGE. One JSON line per call.
'use strict';

const cloudinary = require('./sdk.cjs');

const [small, large] = process.argv.slice(2);
const { uploader } = cloudinary;

function uploadLarge(path, options) {
  return new Promise((resolve, reject) => {
    uploader.upload_large(path, options, (error, answer) => (error ? reject(error) : resolve(answer)));
  });
}

async function main() {
  const step = async (call, answer) => console.log(JSON.stringify({ call, answer: await answer }));

  await step('upload', uploader.upload(small, {
    public_id: 'official/small é, one=1',
    tags: ['first', 'sec&ond'],
    context: { alt: 'a=b|c', caption: 'ünï' },
    overwrite: false,
  }));
  await step('upload_again', uploader.upload(small, { public_id: 'official/small é, one=1', overwrite: false }));
  await step('upload_doomed', uploader.upload(small, { public_id: 'official/doomed' }));
  await step('upload_large', uploadLarge(large, {
    public_id: 'official/large.bin',
    resource_type: 'raw',
    chunk_size: 5557453,
  }));
  await step('rename', uploader.rename('official/small é, one=1', 'official/renamed'));
  await step('add_tag', uploader.add_tag('third', ['official/renamed']));
  await step('remove_tag', uploader.remove_tag('first', ['official/renamed']));
  await step('destroy', uploader.destroy('official/doomed', { invalidate: true }));
  await step('destroy_again', uploader.destroy('official/doomed'));
}

main().catch((error) => {
  // Error objects of this SDK can hold the secret: only the message is shown.
  console.error(error.message || (error.error && error.error.message) || 'failed without a message');
  process.exitCode = 1;
});
