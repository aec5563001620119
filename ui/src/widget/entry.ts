import '../styles/base.css';
import './bridge.css';

import { invoke } from '@tauri-apps/api/core';

import { speak } from '../lib/language';
import * as m from '../paraglide/messages.js';
import { Bridge } from './bridge';

speak(new URLSearchParams(location.search).get('lang'));
const root = document.querySelector<HTMLElement>('#bridge');
if (root === null) throw new Error('widget.html has no #bridge');
document.title = m.window_widget_title();
// What misses the frame is dropped on this page, which opens nothing.
for (const kind of ['dragover', 'drop'] as const) addEventListener(kind, (event) => event.preventDefault());

const bridge = new Bridge(root, {
  session: () => invoke('widget_session'),
  sign: (paramsToSign) => invoke('sign_params', { request: { paramsToSign } }),
  report: (request) => invoke('widget_report', { request }),
});
void bridge.start();
