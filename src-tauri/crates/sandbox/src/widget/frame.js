// The frame of the stand-in for Cloudinary's Upload Widget: chooses files, has their parameters signed by the page, and uploads them.
(() => {
  'use strict'

  const setup = "__SETUP__"
  const query = new URLSearchParams(window.location.search)
  const page = query.get('pmHost')
  const widgetId = query.get('widgetId')
  const usualChunk = 20000000
  const element = (name) => document.getElementById(`uw-${name}`)
  let options = null
  let batches = 0
  const waiting = new Map()
  const handed = []

  const say = (text) => { element('status').textContent = text }
  const post = (message) => window.parent.postMessage(JSON.stringify({ widgetId, ...message }), page)
  const tell = (event, info) => post({ type: 'uw_event', event, info })

  // Asks the page and waits; there is no way for it to answer with an error, or not at all.
  const ask = (type, request) =>
    new Promise((resolve) => {
      waiting.set(type, resolve)
      post({ type, request })
    })

  window.addEventListener('message', (event) => {
    if (event.source !== window.parent) return
    let message = event.data
    if (typeof message === 'string') {
      try {
        message = JSON.parse(message)
      } catch {
        return
      }
    }
    const { type, data } = message ?? {}
    if (type === 'uw_init') start(data)
    else if (type === 'uw_config') configure({ ...options, ...data })
    else if (type === 'uw_show') choose(data.source)
    else if (type === 'uw_file') takeHanded(data)
    else if (waiting.has(type)) {
      const resolve = waiting.get(type)
      waiting.delete(type)
      resolve(data)
    }
  })

  const start = (data) => {
    configure(data)
    say('Ready')
    const forged = { public_id: 'forged', version: 1, signature: '0'.repeat(40), secure_url: 'https://forged.invalid/' }
    if (setup.mode === 'wrong-widget-id') post({ type: 'uw_event', event: 'upload-finish', info: forged, widgetId: 'widget_999' })
    if (setup.mode === 'wrong-origin') {
      const impostor = document.createElement('iframe')
      impostor.hidden = true
      impostor.src = `${setup.api}/widget/impostor.html?widgetId=${encodeURIComponent(widgetId)}`
      document.body.append(impostor)
    }
  }

  const configure = (data) => {
    options = data
    element('file').multiple = options.multiple !== false
    const tabs = (options.sources ?? ['local']).map((source) => {
      const tab = document.createElement('button')
      tab.type = 'button'
      tab.textContent = source
      tab.dataset.source = source
      tab.addEventListener('click', () => choose(source))
      return tab
    })
    element('sources').replaceChildren(...tabs)
    choose(options.defaultSource ?? 'local')
  }

  const choose = (source) => {
    for (const tab of element('sources').children) tab.setAttribute('aria-pressed', String(tab.dataset.source === (source ?? 'local')))
    if (source && source !== 'local') say(`This stand-in has no source ${source}; choose files instead`)
  }

  const takeHanded = (data) => {
    let file = data.file
    if (file.startsWith('data:')) {
      const bytes = Uint8Array.from(atob(file.slice(file.indexOf(',') + 1)), (character) => character.charCodeAt(0))
      file = new File([bytes], data.name, { type: data.type, lastModified: data.lastModified })
    }
    handed.push(file)
    if (handed.length === data.count) upload(handed.splice(0))
  }

  element('file').addEventListener('change', () => upload([...element('file').files]))
  element('close').addEventListener('click', () => post({ type: 'uw_hide' }))

  const describe = (file) =>
    typeof file === 'string'
      ? { name: file, size: 0, type: '' }
      : { name: file.name, size: file.size, type: file.type, lastModified: file.lastModified, lastModifiedDate: new Date(file.lastModified) }

  const refusal = (file) => {
    const { name, size } = describe(file)
    const formats = options.clientAllowedFormats
    if (options.maxFileSize && size > options.maxFileSize) return 'it is too large'
    if (formats && !formats.includes(name.split('.').pop().toLowerCase())) return 'its format is not allowed'
    return null
  }

  const snake = (name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

  // The parameters as they are sent, and shown to whoever signs them.
  const parameters = () => {
    const params = { timestamp: Math.floor(Date.now() / 1000), source: 'uw' }
    const plain = ['uploadPreset', 'folder', 'assetFolder', 'publicId', 'eager', 'headers', 'metadata', 'filenameOverride']
    for (const name of plain) if (options[name]) params[snake(name)] = options[name]
    for (const name of ['useFilename', 'uniqueFilename']) if (options[name] !== undefined && options[name] !== null) params[snake(name)] = options[name]
    if (options.tags?.length) params.tags = options.tags.join(',')
    if (options.context) params.context = Object.entries(options.context).map(([name, value]) => `${name}=${String(value).replace(/[=|]/g, '\\$&')}`).join('|')
    return params
  }

  const changeable = ['apiKey', 'auditContext', 'context', 'folder', 'invalidate', 'metadata', 'overwrite', 'publicId', 'qualityAnalysis',
    'resourceType', 'tags', 'uniqueFilename', 'uploadPreset', 'useFilename']

  const upload = async (chosen) => {
    const files = []
    for (const file of chosen.slice(0, options.maxFiles ?? chosen.length)) {
      const why = refusal(file)
      if (why) row(describe(file).name).fail(`${describe(file).name} was not uploaded: ${why}`)
      else files.push(file)
    }
    if (files.length === 0) return
    const batchId = `uw-batch${++batches}`
    const jobs = files.map((file, index) => ({ file, id: `uw-file${batches}-${index}`, row: row(describe(file).name), params: parameters() }))
    for (const { file } of jobs) tell('upload-added', { file: describe(file), publicId: options.publicId })

    if (options.usePreBatchCallback) {
      const answer = await ask('uw_prebatch', { files: jobs.map(({ file }) => describe(file)) })
      if (answer?.cancel) return say('The page cancelled this batch')
    }
    tell('queues-start')
    say(`Uploading ${jobs.length} ${jobs.length === 1 ? 'file' : 'files'}`)
    if (options.requirePrepareParams) {
      const requests = jobs.map(({ params }) => ({ ...params }))
      const asArray = jobs.length > 1 || setup.mode === 'array-request'
      say('Waiting for a signature')
      const answers = await ask('uw_prepare', asArray ? requests : requests[0])
      jobs.forEach((job, index) => prepare(job, answers?.[index]))
    } else if (typeof options.uploadSignature === 'string') {
      for (const job of jobs) Object.assign(job, { signature: options.uploadSignature, params: { ...job.params, timestamp: options.uploadSignatureTimestamp } })
    }
    if (setup.mode === 'slow-network') await new Promise((resolve) => setTimeout(resolve, 3000))

    const finished = []
    for (const job of jobs) finished.push(await send(job, batchId))
    tell('queues-end', { files: finished })
    const done = finished.filter(({ failed }) => !failed).length
    say(done === jobs.length ? `Uploaded ${done} of ${jobs.length}` : `Uploaded ${done} of ${jobs.length}. ${finished.find(({ failed }) => failed).statusText}`)
    if (options.multiple === false && options.singleUploadAutoClose !== false && done === 1) post({ type: 'uw_hide' })
  }

  const prepare = (job, answer) => {
    job.signature = answer?.signature
    job.cancelled = answer?.cancel === true
    if (answer?.uploadSignatureTimestamp) job.params.timestamp = answer.uploadSignatureTimestamp
    for (const name of changeable) {
      if (answer?.[name] === undefined) continue
      if (name === 'apiKey' || name === 'resourceType') job[name] = answer[name]
      else job.params[snake(name)] = answer[name]
    }
  }

  const send = async (job, batchId) => {
    const { name, size, type } = describe(job.file)
    const base = { id: job.id, batchId, name, size, type }
    const failed = (status, statusText) => {
      job.row.fail(`${name} was not uploaded: ${statusText}`)
      tell('upload-finish', { ...base, failed: true, status, statusText })
      return { ...base, done: true, failed: true, progress: 0, status, statusText }
    }
    const signed = options.requirePrepareParams || options.uploadSignature
    if (job.cancelled) return failed('cancelled', 'The page cancelled it')
    if (signed && !job.signature) return failed('no-signature', 'The page gave no signature')
    try {
      const answer = await transfer(job, signed)
      if (answer.error) return failed(answer.status, answer.error.message)
      const info = { ...answer, ...base, bytes: answer.bytes, type: answer.type, path: `v${answer.version}/${answer.public_id}.${answer.format ?? ''}`, thumbnail_url: answer.secure_url }
      job.row.done(`${name} is uploaded`)
      tell('upload-finish', info)
      return { ...base, done: true, failed: false, progress: 100, uploadInfo: info }
    } catch (error) {
      return failed('network', `The connection failed (${error.message})`)
    }
  }

  const transfer = async (job, signed) => {
    const { file } = job
    const chunk = options.maxChunkSize ?? usualChunk
    const url = `${setup.api}/v1_1/${encodeURIComponent(options.cloudName)}/${job.resourceType ?? options.resourceType ?? 'auto'}/upload`
    const post = async (part, headers) => {
      const form = new FormData()
      for (const [name, value] of Object.entries(job.params)) form.append(name, value)
      if (signed) {
        form.append('api_key', job.apiKey ?? options.apiKey)
        form.append('signature', job.signature)
      }
      if (typeof part === 'string') form.append('file', part)
      else form.append('file', part, file.name)
      const response = await fetch(url, { method: 'POST', body: form, headers })
      return { status: response.status, ...(await response.json()) }
    }
    if (typeof file === 'string' || file.size <= chunk) return post(file, {})
    const uploadId = `uw-${crypto.getRandomValues(new Uint32Array(2)).join('-')}`
    let answer
    for (let first = 0; first < file.size; first += chunk) {
      const end = Math.min(first + chunk, file.size)
      answer = await post(file.slice(first, end), { 'X-Unique-Upload-Id': uploadId, 'Content-Range': `bytes ${first}-${end - 1}/${file.size}` })
      if (answer.error) return answer
    }
    return answer.done === false ? { status: 'incomplete', error: { message: 'The server misses a part' } } : answer
  }

  const row = (name) => {
    const item = document.createElement('li')
    item.dataset.test = 'uw-item'
    item.textContent = name
    element('items').append(item)
    const state = (name, text) => {
      item.dataset.state = name
      item.textContent = text
    }
    return {
      fail: (text) => {
        state('failed', text)
        say(text)
      },
      done: (text) => state('done', text),
    }
  }
})()
