// SPDX-License-Identifier: Apache-2.0

//! ChangePubKey: an owner sets the key of an account.

use crate::execution::{Creator, Execution};
use ligature_primitives::{
	op::{ChangePubKey, ChangePubKeyHalf, KeyOutcome, Target},
	refusal::Refusal,
};

pub(super) fn execute(op: &ChangePubKey, x: &mut Execution<'_>) -> Result<(), Refusal> {
	let chain = x.chain(op.chain)?;
	op.owner.non_zero()?;
	let key = op.key.validate()?;
	let (account, outcome) = match op.account {
		Some(account) => {
			if op.target != Target::Existing(account) {
				return Err(Refusal::WrongTarget);
			}
			// The outcome is the state's, not the operator's: another's account, or none, stays.
			let leaf = x.state(chain).account(account);
			let owned = leaf.is_some_and(|leaf| leaf.owner == op.owner);
			(account, if owned { KeyOutcome::Applied } else { KeyOutcome::Refused })
		},
		None => {
			let credited = x.resolve(chain, op.target, op.owner, Creator::Request)?;
			let outcome = match credited.created {
				Some(_) => KeyOutcome::Created,
				None => KeyOutcome::Applied,
			};
			(credited.account, outcome)
		},
	};
	if outcome != KeyOutcome::Refused {
		x.state_mut(chain).set_key(account, key.word());
	}
	x.served(chain, ChangePubKeyHalf { account, outcome, owner: op.owner, key: op.key });
	Ok(())
}
