// What a program with the official Node SDK reads of an account: admin.cjs SMALL. One JSON line per call.
'use strict';

const cloudinary = require('./sdk.cjs');

const [small] = process.argv.slice(2);
const { api, uploader } = cloudinary;

async function main() {
  const step = async (call, answer) => console.log(JSON.stringify({ call, answer: await answer }));

  await step('upload', uploader.upload(small, {
    public_id: 'a',
    tags: ['sea', 'seal', 'second é; one', 'land'],
    folder: 'trips/spring',
  }));
  const first = api.tags({ prefix: 'se', max_results: 2 });
  await step('tags', first);
  await step('tags_next', api.tags({ prefix: 'se', max_results: 2, next_cursor: (await first).next_cursor }));
  await step('tags_of_video', api.tags({ resource_type: 'video' }));
  await step('metadata_fields', api.list_metadata_fields());
  await step('metadata_field', api.metadata_field_by_field_id('rights'));
  await step('presets', api.upload_presets({ max_results: 1 }));
  await step('preset', api.upload_preset('web'));
  await step('root_folders', api.root_folders());
  await step('subfolders', api.sub_folders('trips', { max_results: 5 }));
  await step('usage', api.usage());
  await step('config', api.config({ settings: true }));
}

main().catch((error) => {
  // Error objects of this SDK can hold the secret: only the message is shown.
  console.error(error.message || (error.error && error.error.message) || 'failed without a message');
  process.exitCode = 1;
});
