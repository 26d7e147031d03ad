/** The four levels of a pre-flight line. */
import type { PreflightCheck } from '../../control/operations.ts';

export const pass = (text: string): PreflightCheck => ({ level: 'PASS', text, remedy: null });
export const warn = (text: string, remedy: string): PreflightCheck => ({ level: 'WARN', text, remedy });
export const block = (text: string, remedy: string): PreflightCheck => ({ level: 'BLOCK', text, remedy });
export const unknown = (text: string, remedy: string): PreflightCheck => ({ level: 'UNKNOWN', text, remedy });
