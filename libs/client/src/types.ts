import type { components } from './generated/api.ts';

type Schemas = components['schemas'];

export type SendRequest = Schemas['SendRequestInput'];
export type Send = Schemas['Send'];
export type CreatedSend = Schemas['CreatedSend'];
export type Message = Schemas['MessageInput'];
export type Target = Schemas['TargetInput'];
export type User = Schemas['User'];
export type UserPatch = Schemas['UserPatchInput'];
export type TrackItem = Schemas['TrackItemsInput'][number];
export type TrackResults = Schemas['TrackResults'];
export type Installation = Schemas['InstallationAnswer'];
export type RegisteredInstallation = Schemas['RegisteredInstallation'];
export type InstallationRegistration = Schemas['InstallationRegistrationInput'];
export type InstallationPatch = Schemas['InstallationPatchInput'];
export type ChangedUser = Schemas['ChangedUser'];
export type NewImport = Schemas['NewImportInput'];
export type Import = Schemas['Import'];
export type CloudEvent = Schemas['CloudEventInput'];
export type EventVerdicts = Schemas['EventVerdicts'];
