import '../styles/base.css';
import './drop.css';

import { speak } from '../lib/language';
import * as m from '../paraglide/messages.js';
import { dropPage } from './drop';

speak(new URLSearchParams(location.search).get('lang'));
const root = document.querySelector<HTMLElement>('#drop');
if (root === null) throw new Error('drop.html has no #drop');
document.title = m.window_drop_title();
dropPage(root, (wish) => location.assign(`?${wish}`));
