// SPDX-License-Identifier: Apache-2.0

//! Withdraw: from an account to L1.

use super::with_fee;
use crate::execution::{Execution, Signer};
use ligature_primitives::{
	op::{Withdraw, WithdrawHalf},
	refusal::Refusal,
};

pub(super) fn execute(op: &Withdraw, x: &mut Execution<'_>) -> Result<(), Refusal> {
	let body = &op.tx.body;
	let chain = x.chain(body.chain)?;
	x.head(&op.tx)?;
	if !body.token.is_l1() {
		return Err(Refusal::TokenOutOfRange);
	}
	body.receiver.non_zero()?;
	x.take_fee(chain, body.token, body.fee)?;
	let account = (body.account, body.nonce);
	x.debit(chain, account, body.token, with_fee(body.amount, body.fee), &Signer::new(&op.tx))?;
	x.pay(chain, body.receiver, body.token, body.amount);
	x.local(
		chain,
		WithdrawHalf {
			token: body.token,
			account: body.account,
			receiver: body.receiver,
			amount: body.amount,
			fee: body.fee,
		},
	);
	Ok(())
}
