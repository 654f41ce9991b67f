import type { Service } from '../domain/services.ts';
import { builder } from './builder.ts';

export const ServiceRef = builder.objectRef<Service>('Service');
