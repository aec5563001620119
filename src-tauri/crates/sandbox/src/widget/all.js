// Stand-in for the loader of Cloudinary's Upload Widget. Written from the description of its behaviour, not from its code.
// It runs under `connect-src 'none'`: everything it must know is written into it by the server.
(() => {
  'use strict'

  const setup = "__SETUP__"
  const sources = ['local', 'url', 'camera', 'dropbox', 'image_search', 'shutterstock', 'gettyimages', 'istock', 'unsplash', 'google_drive']
  const defaults = {}
  let created = 0

  const camelCase = (name) => name.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase())

  const isPlainObject = (value) => {
    if (value === null || typeof value !== 'object') return false
    const prototype = Object.getPrototypeOf(value)
    return prototype === Object.prototype || prototype === null
  }

  // A failure that a person, and a test, can see in the page.
  const fail = (message) => {
    const note = document.createElement('p')
    note.dataset.test = 'uw-loader-error'
    note.setAttribute('role', 'alert')
    note.textContent = message
    document.body.append(note)
    throw new Error(message)
  }

  const settle = (given) => {
    if (!isPlainObject(given)) fail('The upload widget needs an object of options.')
    const options = { ...defaults }
    for (const [name, value] of Object.entries(given)) options[camelCase(name)] = value
    if (!options.cloudName) fail('The upload widget needs cloudName.')
    const asks = typeof options.prepareUploadParams === 'function' || typeof options.uploadSignature === 'function'
    const signed = asks || (typeof options.uploadSignature === 'string' && options.uploadSignatureTimestamp)
    if (!options.uploadPreset && !(options.apiKey && signed)) {
      fail('The upload widget needs uploadPreset, or apiKey with uploadSignature or prepareUploadParams.')
    }
    if (options.secure === undefined) options.secure = window.location.protocol === 'https:'
    if (!options.secure) fail('The upload widget was not told secure: true, so its frame would be asked for over http and stay empty.')
    return { ...options, requirePrepareParams: asks, usePreBatchCallback: typeof options.preBatch === 'function' }
  }

  class Widget {
    #options
    #callback
    #id = `widget_${++created}`
    #frame
    #ready = false
    #waiting = []
    #showing = false
    #minimized = false
    #destroyed = false

    constructor(given, callback) {
      this.#options = settle(given)
      this.#callback = typeof callback === 'function' ? callback : () => {}
      const container = this.#container()
      this.#frame = this.#build(container)
      window.addEventListener('message', this.#receive)
      document.addEventListener('keydown', this.#escape)
    }

    open(source = null, options = {}) {
      this.#showing = true
      this.#minimized = false
      this.#frame.style.display = 'block'
      if (!this.#options.inlineContainer) document.body.style.overflow = 'hidden'
      const { files = [], ...rest } = options ?? {}
      this.#post({ type: 'uw_show', data: { source, options: rest } })
      this.#hand(files)
      this.#tell('display-changed', 'shown')
      return this
    }

    close(options = {}) {
      this.#post(JSON.stringify({ type: 'uw_hide', data: options }))
      this.#hideFrame()
      this.#tell('close', { message: 'closed' })
      return this
    }

    update(options) {
      const changes = Object.fromEntries(Object.entries(options).map(([name, value]) => [camelCase(name), value]))
      Object.assign(this.#options, changes)
      this.#post(JSON.stringify({ type: 'uw_config', data: changes }))
      return Promise.resolve(this)
    }

    hide() {
      this.#hideFrame()
      return this
    }

    show() {
      this.#showing = true
      this.#minimized = false
      this.#frame.style.display = 'block'
      this.#tell('display-changed', 'shown')
      return this
    }

    minimize() {
      this.#minimized = true
      this.#post(JSON.stringify({ type: 'uw_mini', data: {} }))
      this.#tell('display-changed', 'minimized')
      return this
    }

    isShowing = () => this.#showing
    isMinimized = () => this.#minimized
    isDestroyed = () => this.#destroyed

    destroy() {
      this.#hideFrame()
      this.#destroyed = true
      window.removeEventListener('message', this.#receive)
      document.removeEventListener('keydown', this.#escape)
      this.#frame.remove()
      if (setup.mode === 'late-message') setTimeout(() => this.#tell('success', { public_id: 'late', secure_url: 'https://late.invalid/' }), 50)
      return Promise.resolve()
    }

    #container() {
      const wanted = this.#options.inlineContainer
      if (!wanted) return document.body
      const found = typeof wanted === 'string' ? document.querySelector(wanted) : wanted
      return found ?? fail('The upload widget cannot find its inlineContainer.')
    }

    #build(container) {
      const frame = document.createElement('iframe')
      frame.setAttribute('frameborder', 'no')
      frame.setAttribute('allow', 'camera')
      frame.setAttribute('width', '100%')
      frame.setAttribute('height', '100%')
      frame.dataset.test = 'uw-iframe'
      Object.assign(frame.style, { border: 'none', background: 'transparent', display: 'none' })
      if (!this.#options.inlineContainer) Object.assign(frame.style, { position: 'fixed', top: 0, left: 0, zIndex: this.#options.frameZIndex ?? 1000000 })
      else frame.style.height = '610px'
      const { protocol, host } = window.location
      frame.src = `${setup.frame}/widget/frame.html?cloudName=${encodeURIComponent(this.#options.cloudName)}&widgetId=${this.#id}&pmHost=${protocol}//${host}`
      frame.addEventListener('load', () => this.#loaded(), { once: true })
      container.append(frame)
      return frame
    }

    #loaded() {
      this.#ready = true
      const data = { ...this.#options, widgetId: this.#id, showOnStart: this.#showing, inlineContainer: undefined }
      this.#post(JSON.stringify({ type: 'uw_init', data }))
      for (const message of this.#waiting.splice(0)) this.#post(message)
    }

    #post(message) {
      if (this.#destroyed) return
      if (this.#ready) this.#frame.contentWindow.postMessage(message, setup.frame)
      else this.#waiting.push(message)
    }

    // The frame gets the page's own files as data URLs, one after the other; URLs as they are.
    async #hand(files) {
      for (const [index, file] of files.entries()) {
        if (typeof file === 'string') {
          this.#post({ type: 'uw_file', data: { name: file, size: 0, type: '', file, index, count: files.length } })
          continue
        }
        const reader = new FileReader()
        const url = await new Promise((resolve, reject) => {
          reader.addEventListener('load', () => resolve(reader.result))
          reader.addEventListener('error', () => reject(reader.error))
          reader.readAsDataURL(file)
        })
        const { name, size, type, lastModified } = file
        this.#post({ type: 'uw_file', data: { name, size, type, lastModified, file: url, index, count: files.length } })
      }
    }

    #receive = (event) => {
      if (event.origin !== setup.frame || typeof event.data !== 'string') return
      let message
      try {
        message = JSON.parse(event.data)
      } catch {
        return
      }
      if (message.widgetId !== this.#id) return
      if (message.type === 'uw_event') this.#event(message)
      else if (message.type === 'uw_prepare') this.#prepare(message.request)
      else if (message.type === 'uw_prebatch') this.#options.preBatch((answer) => this.#answer('uw_prebatch', answer ?? {}), message.request)
      else if (message.type === 'uw_hide') this.close()
    }

    #event({ event, info }) {
      if (event === 'upload-finish') {
        if (info.failed) this.#callback({ status: info.status, statusText: info.statusText }, { event: 'abort', info: { ids: [info.id], all: false } })
        else this.#tell('success', info)
      } else {
        this.#tell(event, info)
      }
    }

    // One message serves both functions; whatever comes back becomes an array, and every text in it a signature.
    #prepare(request) {
      if (setup.mode === 'callback-never') return
      const ask = this.#options.prepareUploadParams ?? this.#options.uploadSignature
      let answered = false
      ask((given) => {
        if (answered) return
        answered = true
        let answers = (Array.isArray(given) ? given : [given]).map((one) => (typeof one === 'string' ? { signature: one } : one))
        if (setup.mode === 'callback-null') answers = answers.map(() => null)
        if (setup.mode === 'signing-refused') answers = answers.map(() => ({ signature: '0'.repeat(40) }))
        this.#answer('uw_prepare', answers)
      }, request)
    }

    #answer(type, data) {
      this.#post(JSON.stringify({ type, data }))
    }

    #tell(event, info) {
      this.#callback(undefined, { event, info, uw_event: true, data: { event, info } })
    }

    #hideFrame() {
      if (!this.#showing) return
      this.#showing = false
      this.#frame.style.display = 'none'
      if (!this.#options.inlineContainer) document.body.style.overflow = ''
      this.#tell('display-changed', 'hidden')
    }

    #escape = (event) => {
      if (event.key === 'Escape' && this.#showing) this.close()
    }
  }

  window.cloudinary = {
    ...window.cloudinary,
    WIDGET_SOURCES: Object.fromEntries(sources.map((name) => [name.toUpperCase(), name])),
    WIDGET_VERSION: 'sandbox',
    setCloudName: (name) => { defaults.cloudName = name },
    setAPIKey: (key) => { defaults.apiKey = key },
    createUploadWidget: (options, callback) => new Widget(options, callback),
    openUploadWidget: (options, callback) => new Widget(options, callback).open(),
    applyUploadWidget: (element, options, callback) => {
      const widget = new Widget(options, callback)
      const button = document.createElement('button')
      button.type = 'button'
      button.className = options.buttonClass ?? 'cloudinary-button'
      button.textContent = options.buttonCaption ?? 'Upload image'
      button.addEventListener('click', () => widget.open())
      element.before(button)
      return widget
    },
  }
})()
