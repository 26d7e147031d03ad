/** Who is told what of real servers and quorums, and when: as keepalived 2.2.7 does (its FIFO was watched). */
import type { RealServer, VirtualServer } from '../../conf/model.ts';
import type { VirtualService } from './virtual-service.ts';

export interface ServiceNews {
  server(service: VirtualServer, server: RealServer, up: boolean): void;
  service(service: VirtualServer, up: boolean): void;
}

export interface Tidings {
  /** Nobody is told of the state at the start. */
  servers(service: VirtualService): void;
  /** A quorum at the start is told of, the lack of one is not. */
  quorum(service: VirtualService): void;
  /** `omega`: what is up goes down with us. */
  end(services: readonly VirtualService[]): void;
}

export function createTidings(news: ServiceNews): Tidings {
  const servers = new Map<string, boolean>();
  const quorums = new Map<string, boolean>();
  return {
    servers({ config, members }) {
      for (const { key, checked, config: server } of members) {
        const up = checked.verdict().inService;
        const before = servers.get(key);
        servers.set(key, up);
        if (before !== undefined && before !== up) news.server(config, server, up);
      }
    },
    quorum(service) {
      const { up } = service.quorum();
      const before = quorums.get(service.name) ?? false;
      quorums.set(service.name, up);
      if (before !== up) news.service(service.config, up);
    },
    end(services) {
      for (const { config, members } of services.filter((service) => service.config.omega)) {
        for (const { key, config: server } of members) if (servers.get(key)) news.server(config, server, false);
        news.service(config, false);
      }
      servers.clear();
      quorums.clear();
    },
  };
}
