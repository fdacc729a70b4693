// SPDX-License-Identifier: Apache-2.0

//! Deposit: funds in custody appear on an account.

use crate::execution::{Creator, Execution};
use ligature_primitives::{
	op::{Deposit, DepositHalf},
	refusal::Refusal,
};

pub(super) fn execute(op: &Deposit, x: &mut Execution<'_>) -> Result<(), Refusal> {
	let chain = x.chain(op.chain)?;
	if !op.token.is_l1() {
		return Err(Refusal::TokenOutOfRange);
	}
	op.owner.non_zero()?;
	let key = op.key.map(|key| key.validate()).transpose()?;
	let total =
		x.state(chain).total(op.token).checked_add(op.amount).ok_or(Refusal::OwedOverflow)?;
	let receiver = (op.target, op.owner, Creator::Request);
	let credited = x.credit(chain, receiver, op.token, op.amount)?;
	x.state_mut(chain).set_total(op.token, total);
	if let Some(key) = key {
		x.state_mut(chain).set_key(credited.account, key.word());
	}
	x.served(
		chain,
		DepositHalf {
			account: credited.account,
			created: credited.created.is_some(),
			token: op.token,
			owner: op.owner,
			amount: op.amount,
			key: op.key,
		},
	);
	Ok(())
}
