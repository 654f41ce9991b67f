import type { ConfigData } from '../ml/config-schema.ts';
import type { Entities, Entity } from './entities.ts';
import { entityTime } from './times.ts';

export type Config = Entity & { name: string; data: ConfigData };
export type Configs = Entities<Config>;

export const configView = ({ id, createdAt, updatedAt, tags, name, data }: Config) => ({
  id,
  created_at: entityTime(createdAt),
  updated_at: entityTime(updatedAt),
  tags,
  name,
  data,
});
