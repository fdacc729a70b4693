// SPDX-License-Identifier: Apache-2.0

//! Transfer: from one account to another on the same chain.

use super::with_fee;
use crate::execution::{Creator, Execution, Signer};
use ligature_primitives::{
	op::{Receiver, Transfer, TransferHalf},
	refusal::Refusal,
};

pub(super) fn execute(op: &Transfer, x: &mut Execution<'_>) -> Result<(), Refusal> {
	let body = &op.tx.body;
	let chain = x.chain(body.chain)?;
	x.head(&op.tx)?;
	if !body.token.is_valid() {
		return Err(Refusal::TokenOutOfRange);
	}
	body.receiver.non_zero()?;
	x.take_fee(chain, body.token, body.fee)?;
	let sender = (body.account, body.nonce);
	x.debit(chain, sender, body.token, with_fee(body.amount, body.fee), &Signer::new(&op.tx))?;
	let receiver = (op.target, body.receiver, Creator::Signer);
	let credited = x.credit(chain, receiver, body.token, body.amount)?;
	x.local(
		chain,
		TransferHalf {
			token: body.token,
			from: body.account,
			to: Receiver { account: credited.account, created: credited.created },
			amount: body.amount,
			fee: body.fee,
		},
	);
	Ok(())
}
