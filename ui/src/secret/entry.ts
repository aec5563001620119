import '../styles/base.css';
import './secret.css';

import { invoke } from '@tauri-apps/api/core';

import * as m from '../paraglide/messages.js';
import { secretPage } from './secret';

const root = document.querySelector<HTMLElement>('#secret');
if (root === null) throw new Error('secret.html has no #secret');
document.title = m.window_secret_title();
secretPage(root, new URLSearchParams(location.search), {
  submit: (request) => invoke('secret_submit', { request }),
  cancel: () => invoke('secret_cancel'),
});
