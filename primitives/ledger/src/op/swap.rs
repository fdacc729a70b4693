// SPDX-License-Identifier: Apache-2.0

//! Swap: a token on one chain for a token on another, or the same, chain.

use super::with_fee;
use crate::execution::{Creator, Entry, Execution, Signer};
use ligature_primitives::{
	amount::Amount,
	ids::Side,
	op::{CellCode, Receiver, Swap, SwapInHalf, SwapOutHalf},
	pool::{Liquidity, swap_out},
	refusal::Refusal,
};

pub(super) fn execute(op: &Swap, x: &mut Execution<'_>) -> Result<(), Refusal> {
	let body = &op.tx.body;
	let (params, input, output) = (&body.params, body.direction, body.direction.other());
	x.chain(params.chain0)?;
	x.chain(params.chain1)?;
	x.head(&op.tx)?;
	params.validate(x.network())?;
	if body.min_out.is_zero() {
		return Err(Refusal::MinOutZero);
	}
	let paying_chain = x.chain(params.chain(input))?;
	x.take_fee(paying_chain, params.token(input), body.fee)?;
	let pool = x.pool(params)?;
	if pool.liquidity().supply.is_zero() {
		return Err(Refusal::PoolEmpty);
	}
	let signer = Signer::new(&op.tx);
	let value = with_fee(body.amount, body.fee);
	x.debit(paying_chain, (body.account, body.nonce), params.token(input), value, &signer)?;
	let outcome = swap_out(pool.reserve(input), pool.reserve(output), body.amount, params.fee_bps)?;
	if outcome.amount_out < body.min_out {
		return Err(Refusal::SlippageExceeded);
	}
	let payer = x.state(paying_chain).account(body.account).ok_or(Refusal::AccountMissing)?;
	let (owner, owner_word) = (payer.owner, payer.owner_word());
	let credited = x.credit(
		pool.chain(output),
		(op.out, owner, Creator::Signer),
		params.token(output),
		outcome.amount_out,
	)?;
	let (reserve0, reserve1) = match input {
		Side::Zero => (outcome.reserve_in, outcome.reserve_out),
		Side::One => (outcome.reserve_out, outcome.reserve_in),
	};
	x.set_pool(&pool, &Liquidity { reserve0, reserve1, ..pool.liquidity() });
	for side in [Side::Zero, Side::One] {
		if side == input {
			let half = SwapInHalf {
				slot: pool.slot(side),
				account: body.account,
				amount: body.amount,
				fee: body.fee,
			};
			let entry = Entry {
				code: CellCode::SwapIn,
				side,
				amount: body.amount,
				limits: (body.min_out, Amount::ZERO),
				shares: Amount::ZERO,
			};
			x.joint(&pool, half, &entry, signer.hash(), owner_word);
		} else {
			let half = SwapOutHalf {
				slot: pool.slot(side),
				to: Receiver { account: credited.account, created: credited.created },
				amount: outcome.amount_out,
			};
			let entry = Entry {
				code: CellCode::SwapOut,
				side,
				amount: outcome.amount_out,
				limits: (Amount::ZERO, Amount::ZERO),
				shares: Amount::ZERO,
			};
			x.joint(&pool, half, &entry, signer.hash(), owner_word);
		}
	}
	Ok(())
}
