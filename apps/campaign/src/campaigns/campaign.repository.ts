import { NamedDocuments } from '../documents/named-documents.ts';
import type { Campaign } from './campaign.ts';

export abstract class CampaignRepository extends NamedDocuments<Campaign> {}
