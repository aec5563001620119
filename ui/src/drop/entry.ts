import '../styles/base.css';
import './drop.css';

import * as m from '../paraglide/messages.js';
import { dropPage } from './drop';

const root = document.querySelector<HTMLElement>('#drop');
if (root === null) throw new Error('drop.html has no #drop');
document.title = m.window_drop_title();
dropPage(root, (wish) => location.assign(`?${wish}`));
