// SPDX-License-Identifier: Apache-2.0

//! CreatePool: one side of a pool comes into being.

use crate::execution::Execution;
use ligature_primitives::{
	constants::MAX_POOLS,
	op::{CreatePool, CreatePoolHalf},
	refusal::Refusal,
};

pub(super) fn execute(op: &CreatePool, x: &mut Execution<'_>) -> Result<(), Refusal> {
	let chain = x.chain(op.chain)?;
	op.params.validate(x.network())?;
	if op.params.chain(op.side) != op.chain {
		return Err(Refusal::WrongSide);
	}
	let state = x.state_mut(chain);
	if op.slot != state.next_pool() {
		return Err(Refusal::WrongPoolSlot);
	}
	if op.slot.0 >= MAX_POOLS {
		return Err(Refusal::PoolsFull);
	}
	if state.pool_slot(&op.params, op.side).is_some() {
		return Err(Refusal::PoolExists);
	}
	state.create_pool(op.params, op.side).ok_or(Refusal::PoolsFull)?;
	let half = CreatePoolHalf { slot: op.slot, side: op.side, params: op.params };
	x.served(chain, half);
	Ok(())
}
