export { CarillonError, callPlatform } from './call-platform.ts';
export { Installation, type Device, type DeviceFacts, type Registration, type Settings, type Subscription } from './installation.ts';
export { carillonPartOf, type CarillonPart } from './carillon-part.ts';
export { flush, receiptsOf, report, type ReceiptSettings } from './receipts.ts';
export type { KeptReceipt, Receipt, ReceiptKind, State, Store } from './state.ts';
