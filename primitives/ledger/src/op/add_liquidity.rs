// SPDX-License-Identifier: Apache-2.0

//! AddLiquidity: both tokens into a pool, for shares of it.

use super::with_fee;
use crate::execution::{Entry, Execution, Signer};
use ligature_primitives::{
	amount::Amount,
	ids::Side,
	op::{AddLiquidity, AddLiquidity0Half, AddLiquidity1Half, CellCode},
	pool::add_liquidity,
	refusal::Refusal,
};

pub(super) fn execute(op: &AddLiquidity, x: &mut Execution<'_>) -> Result<(), Refusal> {
	let body = &op.tx.body;
	let params = &body.params;
	let chain0 = x.chain(params.chain0)?;
	let chain1 = x.chain(params.chain1)?;
	x.head(&op.tx)?;
	params.validate(x.network())?;
	if body.shares.is_zero() {
		return Err(Refusal::SharesZero);
	}
	x.take_fee(chain0, params.token0, body.fee)?;
	let pool = x.pool(params)?;
	let added = add_liquidity(pool.liquidity(), body.shares, body.max0, body.max1)?;
	let signer = Signer::new(&op.tx);
	let value0 = with_fee(added.amount0, body.fee);
	x.debit(chain0, (body.account0, body.nonce0), params.token0, value0, &signer)?;
	x.debit(chain1, (body.account1, body.nonce1), params.token1, Some(added.amount1), &signer)?;
	let payer0 = x.state(chain0).account(body.account0).ok_or(Refusal::AccountMissing)?;
	let payer1 = x.state(chain1).account(body.account1).ok_or(Refusal::AccountMissing)?;
	if payer0.owner != payer1.owner {
		return Err(Refusal::OwnerMismatch);
	}
	let owner = payer0.owner_word();
	x.add(chain0, body.account0, pool.lp_token(), added.minted)?;
	x.set_pool(&pool, &added.pool);
	let limits = (body.max0, body.max1);
	x.joint(
		&pool,
		AddLiquidity0Half {
			slot: pool.slot(Side::Zero),
			account: body.account0,
			amount0: added.amount0,
			fee: body.fee,
			minted: added.minted,
		},
		&Entry {
			code: CellCode::AddIn0,
			side: Side::Zero,
			amount: added.amount0,
			limits,
			shares: added.minted,
		},
		signer.hash(),
		owner,
	);
	x.joint(
		&pool,
		AddLiquidity1Half {
			slot: pool.slot(Side::One),
			account: body.account1,
			amount1: added.amount1,
		},
		&Entry {
			code: CellCode::AddIn1,
			side: Side::One,
			amount: added.amount1,
			limits,
			shares: Amount::ZERO,
		},
		signer.hash(),
		owner,
	);
	Ok(())
}
