// SPDX-License-Identifier: Apache-2.0

//! What users should hear of, though nothing is wrong with it: what is announced, so that they can leave in time, and
//! what stops or ends.

use crate::{
	finding::What,
	page::{Look, Occurrence},
};
use ligature_chain::RollupEvent;

/// What there is to say of something that happened. `look` is what the chain knows after it.
pub fn of(occurrence: &Occurrence, look: Option<&Look>) -> Option<What> {
	Some(match occurrence {
		Occurrence::Rollup(event) => return of_event(event, look),
		Occurrence::Operators => {
			What::OperatorsChanged { operators: look?.operators.clone().unwrap_or_default() }
		},
		Occurrence::Guardian => {
			What::GuardianChanged { guardian: look?.guardian.unwrap_or_default() }
		},
		Occurrence::Code { hash, usable_from } => {
			What::CodeAnnounced { hash: *hash, usable_from: *usable_from }
		},
		Occurrence::Key { version, digest, usable_from } => {
			What::KeyAnnounced { version: *version, digest: *digest, usable_from: *usable_from }
		},
		Occurrence::KeyRetired { version } => What::KeyRetired { version: *version },
		Occurrence::Epoch { epoch, first_block, usable_from } => What::EpochAnnounced {
			epoch: *epoch,
			first_block: *first_block,
			usable_from: *usable_from,
		},
		Occurrence::EpochWithdrawn { epoch } => What::EpochWithdrawn { epoch: *epoch },
		Occurrence::Slashed { key } => What::MemberSlashed { key: *key },
	})
}

fn of_event(event: &RollupEvent, look: Option<&Look>) -> Option<What> {
	Some(match event {
		RollupEvent::HaltedBecause => {
			// A refused block halts by itself.
			let halt = look.map(|look| look.status.halted);
			What::Halted { guardian: halt.is_none_or(|halt| halt.guardian) }
		},
		RollupEvent::Resumed => What::Resumed,
		RollupEvent::BlocksReverted { to, epoch } => What::Reverted { to: *to, epoch: *epoch },
		RollupEvent::BlockRefused { .. } => What::BlockRefused,
		RollupEvent::ExodusBegun => What::ExodusBegun,
		RollupEvent::FreezeFixed { .. } => What::FreezeFixed,
		RollupEvent::DepositsPausedSet { paused } => What::DepositsPaused { paused: *paused },
		_ => return None,
	})
}

/// What is announced and not in force at a block of the chain, whenever that was done.
pub fn announced(now: u32, look: &Look) -> Vec<What> {
	let keys = look.keys.iter().flatten().filter(|key| key.usable_from > now && !key.retired);
	let keys = keys.map(|key| What::KeyAnnounced {
		version: key.version,
		digest: key.digest,
		usable_from: key.usable_from,
	});
	let epochs = look.epochs.iter().flatten().filter(|epoch| epoch.usable_from > now);
	let epochs = epochs.map(|epoch| What::EpochAnnounced {
		epoch: epoch.number,
		first_block: epoch.first_block,
		usable_from: epoch.usable_from,
	});
	keys.chain(epochs).collect()
}
