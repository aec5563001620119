import { Channel, convertFileSrc, invoke } from '@tauri-apps/api/core';

import { type Backend, problemOf, Refusal } from './backend';
import type { Event as Told } from './contract';

/** The program behind the window. */
export const tauri: Backend = {
  async call(name, request) {
    try {
      return await invoke('rpc', { name, request });
    } catch (thrown) {
      throw new Refusal(problemOf(thrown));
    }
  },

  async subscribe(listener) {
    const channel = new Channel<Told>();
    channel.onmessage = listener;
    try {
      await invoke('subscribe', { channel });
    } catch (thrown) {
      throw new Refusal(problemOf(thrown));
    }
    return () => {
      channel.onmessage = () => {};
    };
  },

  thumbnail(job) {
    return convertFileSrc(String(job), 'thumb');
  },
};
