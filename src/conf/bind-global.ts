import { ip } from '../base/ip.ts';
import { seconds } from '../base/time.ts';
import { bindFifo } from './bind-notify.ts';
import { bindTimeouts } from './bind-sync-daemon.ts';
import { type Binder, readBlock, type Values } from './block.ts';
import type { GarpSettings, GlobalDefs } from './model.ts';
import type { Line } from './statement.ts';

/** What `global_defs` says of the program, and what it says for every instance. */
export interface Globals {
  readonly defs: Omit<GlobalDefs, 'syncDaemon'>;
  readonly garp: GarpSettings;
  readonly defaultInterface: string | undefined;
  /** What is bound when the instances are known. */
  readonly values: Values;
  readonly vmacPrefix: string;
  readonly vmacAddrPrefix: string;
}

export function bindGlobal(lines: readonly Line[], binder: Binder): Globals {
  const values = readBlock(lines, 'global_defs', binder);
  const group = values.address('vrrp_mcast_group4');
  const version = values.last('vrrp_version');
  const user = values.last('script_user')?.line.args;
  return {
    defs: {
      routerId: values.text('router_id'),
      enableScriptSecurity: values.has('enable_script_security'),
      fifos: {
        all: bindFifo(values, 'notify_fifo'),
        vrrp: bindFifo(values, 'vrrp_notify_fifo'),
        lvs: bindFifo(values, 'lvs_notify_fifo'),
      },
      scriptUser: user?.[0] && { user: user[0].text, group: user[1]?.text },
      multicastGroup4: group ?? ip('224.0.0.18'),
      vrrpVersion: version?.value === '3' ? 3 : 2,
      skipCheckAdvAddr: values.has('vrrp_skip_check_adv_addr'),
      multicastGroup6: values.address('vrrp_mcast_group6') ?? ip('ff02::12'),
      checksumAsV2: values.has('v3_checksum_as_v2'),
      strict: values.has('vrrp_strict'),
      checkUnicastSource: values.has('vrrp_check_unicast_src'),
      downTimerAdverts: values.number('vrrp_down_timer_adverts') ?? 3,
      higherPrioSendAdvert: values.boolean('vrrp_higher_prio_send_advert') ?? false,
      lowerPrioNoAdvert: values.boolean('vrrp_lower_prio_no_advert') ?? false,
      startupDelay: values.duration('vrrp_startup_delay') ?? seconds(0),
      scheduling: {
        realtimePriority: values.number('vrrp_rt_priority'),
        lockCode: values.has('vrrp_no_swap'),
      },
      ipvsTimeouts: bindTimeouts(values, binder),
    },
    values,
    garp: bindGarp(values, 'vrrp_', GARP),
    defaultInterface: values.text('default_interface'),
    vmacPrefix: values.text('vmac_prefix') ?? 'vrrp',
    vmacAddrPrefix: values.text('vmac_addr_prefix') ?? values.text('vmac_prefix') ?? 'vrrp',
  };
}

const GARP: GarpSettings = {
  delay: seconds(5),
  repeat: 5,
  refresh: seconds(0),
  refreshRepeat: 1,
  lowerPriority: undefined,
};

/** The knobs of gratuitous ARP; `otherwise` is what holds where one is not written. */
export function bindGarp(values: Values, prefix: 'vrrp_' | '', otherwise: GarpSettings): GarpSettings {
  const delay = values.duration(`${prefix}garp_master_delay`) ?? otherwise.delay;
  const repeat = values.number(`${prefix}garp_master_repeat`) ?? otherwise.repeat;
  const lower = {
    delay: values.duration(`${prefix}garp_lower_prio_delay`) ?? otherwise.lowerPriority?.delay,
    repeat: values.number(`${prefix}garp_lower_prio_repeat`) ?? otherwise.lowerPriority?.repeat,
  };
  const asMaster = lower.delay === undefined && lower.repeat === undefined;
  return {
    delay,
    repeat,
    refresh: values.duration(`${prefix}garp_master_refresh`) ?? otherwise.refresh,
    refreshRepeat: values.number(`${prefix}garp_master_refresh_repeat`) ?? otherwise.refreshRepeat,
    lowerPriority: asMaster ? undefined : { delay: lower.delay ?? delay, repeat: lower.repeat ?? repeat },
  };
}
