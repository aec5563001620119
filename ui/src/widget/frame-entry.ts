import { type FrameWindow, startFrame } from './frame';

startFrame(window as unknown as FrameWindow);
