// A plain page with the Upload Widget in a real browser, which asks Aloft's agent for its signatures.
//
// Environment: ALOFT_BROWSER (playwright-core), CHROMIUM. Standard input: one JSON object
// {page, script, options, agent, file}. Prints one JSON object with what the widget told the page.

const { createServer } = require('node:http')
const { chromium } = require(process.env.ALOFT_BROWSER)

const page = ({ script, options, agent }) => `<!doctype html>
<meta charset="utf-8"><title>Shop</title><body>
<script src="${script}"></script>
<script>
  const seen = []
  const widget = cloudinary.createUploadWidget({
    ...${JSON.stringify(options)},
    uploadSignature: (callback, paramsToSign) =>
      fetch('${agent}/api/sign', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ paramsToSign }),
      })
        .then((answer) => answer.json())
        .then(({ signature }) => callback(signature), () => callback('')),
  }, (error, result) => seen.push(error ? { event: 'error' } : { event: result.event, info: result.info }))
  widget.open()
</script>`

async function main() {
  const chunks = []
  for await (const chunk of process.stdin) chunks.push(chunk)
  const given = JSON.parse(Buffer.concat(chunks).toString())
  const server = createServer((_, answer) => {
    answer.setHeader('Content-Type', 'text/html; charset=utf-8').end(page(given))
  })
  await new Promise((ready) => server.listen(given.port, '127.0.0.1', ready))
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
  })
  try {
    const tab = await browser.newPage()
    // What the page says goes where a failed test shows it.
    tab.on('console', (message) => console.error(message.text()))
    tab.on('pageerror', (error) => console.error(error.message))
    await tab.goto(`http://127.0.0.1:${given.port}/`)
    const frame = tab.frameLocator('[data-test="uw-iframe"]')
    await frame.locator('[data-test="uw-file"]').setInputFiles(given.file)
    await tab.waitForFunction(() => seen.some(({ event }) => event === 'queues-end'), null, { timeout: 30_000 })
    console.log(JSON.stringify({ seen: await tab.evaluate(() => seen) }))
  } finally {
    await browser.close()
    server.close()
  }
}

main().catch((error) => {
  console.error(error)
  process.exit(1)
})
