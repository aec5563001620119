import '../styles/base.css';
import './secret.css';

import { invoke } from '@tauri-apps/api/core';

import { speak } from '../lib/language';
import * as m from '../paraglide/messages.js';
import { secretPage } from './secret';

speak(new URLSearchParams(location.search).get('lang'));
const root = document.querySelector<HTMLElement>('#secret');
if (root === null) throw new Error('secret.html has no #secret');
document.title = m.window_secret_title();
secretPage(root, new URLSearchParams(location.search), {
  submit: (request) => invoke('secret_submit', { request }),
  passphrase: (request) => invoke('secret_passphrase', { request }),
  newPassphrase: (request) => invoke('secret_new_passphrase', { request }),
  strength: (request) => invoke('secret_strength', { request }),
  reveal: () => invoke('secret_reveal'),
  cancel: () => invoke('secret_cancel'),
});
