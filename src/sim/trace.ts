import type { Instant } from '../base/time.ts';
import type { AddressChange } from '../ports/addresses.ts';
import type { Transmission } from './packet.ts';

/** Everything that can be seen of the world from outside the programs that run in it. */
export type Happening =
  | {
      readonly kind: 'sent';
      readonly lan: string;
      readonly owner: string;
      readonly interface: string;
      readonly transmission: Transmission;
    }
  | {
      readonly kind: 'lost';
      readonly lan: string;
      readonly owner: string;
      readonly to: string;
      readonly why: 'cut' | 'loss';
      readonly transmission: Transmission;
    }
  | { readonly kind: 'address'; readonly owner: string; readonly change: AddressChange }
  | {
      readonly kind: 'link';
      readonly owner: string;
      readonly interface: string;
      readonly state: 'up' | 'down' | 'removed';
    }
  | { readonly kind: 'process'; readonly owner: string; readonly state: ProcessNews };

export type ProcessNews = 'started' | 'paused' | 'resumed' | 'killed' | 'crashed';
export type Tracer = (happening: Happening) => void;
export type Traced = Happening & { readonly at: Instant };
