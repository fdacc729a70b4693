// SPDX-License-Identifier: Apache-2.0

//! What a debiting cell's owner signed: the four words of section 7.1 of `docs/protocol.md`, put
//! together from the cell itself, so that nothing can be done that is not what was signed.

use super::{
	cell::{Head, forbid},
	public::Context,
	rules::Flags,
	witness::SlotWitness,
};
use crate::{
	gadgets::{
		bits::{number, pack, range},
		poseidon::hash,
	},
	r1cs::{Builder, Label, Num},
};
use ark_bls12_381::Fr;
use ark_ff::{AdditiveGroup, Field};
use ligature_primitives::{
	constants::{ACCOUNT_DEPTH, AMOUNT_BITS, FEE_BITS, NONCE_BITS, PROTOCOL_VERSION, TIME_BITS},
	op::{CellCode, OperationKind},
	poseidon::Domain,
};

const NOT_EXPIRED: Label = Label("signed/not expired");
const LIMITS: Label = Label("signed/limits only of joint operations");
const ONE_LIMIT: Label = Label("signed/a swap has one limit");
const MIN_OUT: Label = Label("signed/the least output of a swap is not zero");
const FAR_CHAIN: Label = Label("signed/chain of the other debit");
const NO_OTHER: Label = Label("signed/other debit only of AddLiquidity");
const ORDER: Label = Label("signed/order of the debits");
const TOKEN: Label = Label("signed/token");
const DIRECTION: Label = Label("signed/direction");
const RECEIVER: Label = Label("signed/receiver of a transfer");
const L1_RECEIVER: Label = Label("signed/receiver of a withdrawal");
const FEE: Label = Label("signed/fee");
const FEE_OF_OTHER: Label = Label("signed/the fee of AddLiquidity is taken on side 0");

/// The fields that only the signature binds, and those that the log repeats.
#[derive(Clone, Debug)]
pub(super) struct Terms {
	/// The fee that was signed.
	fee: Num,
	expiry: Num,
	/// First limit, 0 if none was signed.
	pub limit_a: Num,
	/// Second limit, 0 if none was signed.
	pub limit_b: Num,
	other_account: Num,
	other_nonce: Num,
}

impl Terms {
	/// Allocates them in their widths. Gives the fee that the *cell* takes as well.
	pub fn new(b: &mut Builder, flags: &Flags, witness: &SlotWitness) -> (Self, Num) {
		let signed = witness.signed.as_ref();
		let value = |value: Option<u128>| Fr::from(value.unwrap_or(0));
		let fields = signed.map(|signed| &signed.fields);
		// The other debit: of AddLiquidity the one on the side that is not this one.
		let other = fields.map(|fields| match witness.cell.code {
			CellCode::AddIn0 => fields.debit1,
			CellCode::AddIn1 => fields.debit0,
			_ => Default::default(),
		});
		let mut field = |value: Fr, width: u32| number(b, value, width as usize).0;
		let terms = Self {
			fee: field(value(fields.map(|f| f.fee.get())), FEE_BITS),
			expiry: field(value(signed.map(|s| s.expiry.get().into())), TIME_BITS),
			limit_a: field(value(fields.map(|f| f.limit_a.get())), AMOUNT_BITS),
			limit_b: field(value(fields.map(|f| f.limit_b.get())), AMOUNT_BITS),
			other_account: field(
				value(other.map(|o| o.account.get().into())),
				2 * ACCOUNT_DEPTH as u32,
			),
			other_nonce: field(value(other.map(|o| o.nonce.0.into())), NONCE_BITS),
		};
		let takes = flags.any(|rule| rule.fee);
		let fee = b.product(FEE, &takes, &terms.fee);
		let bears = &takes + &flags.of(CellCode::AddIn1);
		forbid(b, FEE_OF_OTHER, &(&Num::one() - &bears), &terms.fee);
		(terms, fee)
	}

	/// The transaction hash.
	#[allow(clippy::too_many_arguments, reason = "everything that is signed")]
	pub fn message(
		&self,
		b: &mut Builder,
		context: &Context,
		head: &Head,
		nonce: &Num,
		amount: &Num,
		pool: &super::pools::Pool,
		far_chain: &Num,
		receiver: &Num,
	) -> Num {
		let flags = &head.flags;
		let one = Num::one();
		let signed = flags.any(|rule| rule.signed);
		let swap = flags.of(CellCode::SwapIn);
		let second = flags.of(CellCode::AddIn1);
		let adds = &flags.of(CellCode::AddIn0) + &second;

		let left = b.product(NOT_EXPIRED, &signed, &(&self.expiry - &context.timestamp));
		range(b, &left, TIME_BITS as usize);

		let limited = &(&swap + &adds) + &flags.of(CellCode::RemoveShares);
		let limits = pack(&[(&self.limit_a, AMOUNT_BITS), (&self.limit_b, AMOUNT_BITS)]);
		forbid(b, LIMITS, &(&one - &limited), &limits);
		forbid(b, ONE_LIMIT, &swap, &self.limit_b);
		let inverse = swap.value() * self.limit_a.value().inverse().unwrap_or(Fr::ZERO);
		let inverse = b.witness(inverse);
		b.enforce(MIN_OUT, &self.limit_a, &inverse, &swap);

		// Chain, account and nonce of the two debits, in the order of the sides.
		let far = b.product(FAR_CHAIN, &adds, far_chain);
		let other = pack(&[(&self.other_account, 24), (&self.other_nonce, NONCE_BITS)]);
		forbid(b, NO_OTHER, &(&one - &adds), &other);
		let other = pack(&[(&far, 8), (&other, 24 + NONCE_BITS)]);
		let own = pack(&[(&context.chain, 8), (&head.account.num, 24), (nonce, NONCE_BITS)]);
		let swapped = b.product(ORDER, &second, &(&other - &own));
		let kind = flags.weighted(|rule| {
			let kind = match rule.code {
				CellCode::TransferOut => OperationKind::Transfer,
				CellCode::Withdraw => OperationKind::Withdraw,
				CellCode::SwapIn => OperationKind::Swap,
				CellCode::AddIn0 | CellCode::AddIn1 => OperationKind::AddLiquidity,
				CellCode::RemoveShares => OperationKind::RemoveLiquidity,
				_ => return Fr::ZERO,
			};
			Fr::from(kind.number())
		});
		let w0 = pack(&[
			(&Num::from(u64::from(PROTOCOL_VERSION)), 8),
			(&kind, 8),
			(&context.network, 32),
			(&self.expiry, TIME_BITS),
			(&(&own + &swapped), 64),
			(&(&other - &swapped), 64),
		]);

		let transfer = flags.of(CellCode::TransferOut);
		let withdraw = flags.of(CellCode::Withdraw);
		let token = b.product(TOKEN, &(&transfer + &withdraw), &head.token.num);
		let w1 = pack(&[(amount, AMOUNT_BITS), (&self.fee, FEE_BITS), (&token, 16)]);

		let direction = b.product(DIRECTION, &swap, &pool.side);
		let w2 =
			pack(&[(&self.limit_a, AMOUNT_BITS), (&self.limit_b, AMOUNT_BITS), (&direction, 8)]);

		// The parameters are zero unless the cell uses a register.
		let receiver = b.product(RECEIVER, &transfer, receiver);
		let l1_receiver = b.product(L1_RECEIVER, &withdraw, &head.aux);
		let w3 = &(&pool.params + &receiver) + &l1_receiver;
		hash(b, Domain::TRANSACTION, &[w0, w1, w2, w3])
	}
}
