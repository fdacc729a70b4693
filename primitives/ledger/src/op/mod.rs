// SPDX-License-Identifier: Apache-2.0

//! What each operation checks and does, one file each.
//!
//! The order of the checks is that of section 7 of `docs/protocol.md`: two implementations refuse the
//! same operation for the same reason.

mod add_liquidity;
mod change_pub_key;
mod create_pool;
mod deposit;
mod full_exit;
mod remove_liquidity;
mod swap;
mod transfer;
mod withdraw;

use crate::execution::Execution;
use ligature_primitives::{amount::Amount, amount::Fee, op::Operation, refusal::Refusal};

/// Checks the operation and does it, all but finding room in the block.
pub(crate) fn execute(operation: &Operation, x: &mut Execution<'_>) -> Result<(), Refusal> {
	match operation {
		Operation::Deposit(op) => deposit::execute(op, x),
		Operation::FullExit(op) => full_exit::execute(op, x),
		Operation::ChangePubKey(op) => change_pub_key::execute(op, x),
		Operation::CreatePool(op) => create_pool::execute(op, x),
		Operation::Transfer(op) => transfer::execute(op, x),
		Operation::Withdraw(op) => withdraw::execute(op, x),
		Operation::Swap(op) => swap::execute(op, x),
		Operation::AddLiquidity(op) => add_liquidity::execute(op, x),
		Operation::RemoveLiquidity(op) => remove_liquidity::execute(op, x),
	}
}

/// An amount and its fee together; `None` if that is no amount, so above every balance.
fn with_fee(amount: Amount, fee: Fee) -> Option<Amount> {
	amount.checked_add(fee.into())
}
