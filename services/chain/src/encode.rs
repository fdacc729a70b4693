// SPDX-License-Identifier: Apache-2.0

//! Calls as bytes, by the type information of the metadata: pallet, call and arguments are found by their names.

use crate::{
	call::{Call, SignedVote},
	error::ChainError,
	mirror::{CircuitId, PoolParams, PoolSide},
	types::AccountId,
};
use scale_info::PortableRegistry;
use subxt::{
	Metadata,
	ext::scale_encode::{
		Composite, CompositeField, EncodeAsFields, EncodeAsType, Error, Field, FieldIter,
		TypeResolver,
	},
	transactions::Payload,
};

/// The bytes of a call, as they stand in an extrinsic.
///
/// # Errors
///
/// [`ChainError::Encode`] if the runtime does not know the call, or takes other arguments.
pub fn encode(call: &Call, metadata: &Metadata) -> Result<Vec<u8>, ChainError> {
	Ok(payload(call, metadata)?.bytes())
}

/// A call that is encoded for one runtime.
pub(crate) struct Encoded {
	pallet: &'static str,
	name: &'static str,
	/// Numbers of pallet and call.
	indices: [u8; 2],
	arguments: Arguments,
}

impl Encoded {
	fn bytes(&self) -> Vec<u8> {
		[&self.indices[..], &self.arguments.0].concat()
	}
}

impl Payload for Encoded {
	type CallData = Arguments;

	fn pallet_name(&self) -> &str {
		self.pallet
	}

	fn call_name(&self) -> &str {
		self.name
	}

	fn call_data(&self) -> &Arguments {
		&self.arguments
	}
}

/// The arguments of a call, encoded.
pub(crate) struct Arguments(Vec<u8>);

impl EncodeAsFields for Arguments {
	fn encode_as_fields_to<R: TypeResolver>(
		&self,
		_: &mut dyn FieldIter<'_, R::TypeId>,
		_: &R,
		out: &mut Vec<u8>,
	) -> Result<(), Error> {
		out.extend(&self.0);
		Ok(())
	}
}

/// A call within a call, encoded.
struct Inner(Vec<u8>);

impl EncodeAsType for Inner {
	fn encode_as_type_to<R: TypeResolver>(
		&self,
		_: R::TypeId,
		_: &R,
		out: &mut Vec<u8>,
	) -> Result<(), Error> {
		out.extend(&self.0);
		Ok(())
	}
}

/// Who is paid.
#[derive(EncodeAsType)]
#[encode_as_type(crate_path = "subxt::ext::scale_encode")]
enum Address {
	Id(AccountId),
}

/// A vote as evidence.
#[derive(EncodeAsType)]
#[encode_as_type(crate_path = "subxt::ext::scale_encode")]
struct Vote {
	message: Vec<u8>,
	signature: [u8; 64],
}

impl From<&SignedVote> for Vote {
	fn from(vote: &SignedVote) -> Self {
		Self { message: vote.message.encode(), signature: vote.signature }
	}
}

/// Arguments by their names.
macro_rules! arguments {
	($($name:ident: $value:expr),* $(,)?) => {
		&[$((stringify!($name), CompositeField::new(&$value))),*]
	};
}

/// A call for one runtime.
pub(crate) fn payload(call: &Call, metadata: &Metadata) -> Result<Encoded, ChainError> {
	let rollup = |name, arguments: &[_]| encoded("Rollup", name, arguments, metadata);
	let oracle = |name, arguments: &[_]| encoded("RootOracle", name, arguments, metadata);
	let verifier = |name, arguments: &[_]| encoded("ProofVerifier", name, arguments, metadata);
	let amm = |name, arguments: &[_]| encoded("Amm", name, arguments, metadata);
	match call {
		Call::OpenNetwork { genesis_hashes } => {
			rollup("open_network", arguments! { genesis_hashes: *genesis_hashes })
		},
		Call::RegisterToken { asset } => rollup("register_token", arguments! { asset: *asset }),
		Call::Deposit { token, owner, amount, key } => rollup(
			"deposit",
			arguments! {
				token: token.0,
				owner: owner.0,
				amount: amount.get(),
				key: key.map(|key| key.0),
			},
		),
		Call::RequestFullExit { account, token } => {
			rollup("request_full_exit", arguments! { account: account.get(), token: token.0 })
		},
		Call::ChangePubKey { account, key } => rollup(
			"change_pub_key",
			arguments! { account: account.map(|account| account.get()), key: key.0 },
		),
		Call::CommitBlock { header, data } => {
			rollup("commit_block", arguments! { header: header.encode(), data: *data })
		},
		Call::ProveBlock { number, hash, proofs } => {
			rollup("prove_block", arguments! { number: number.0, hash: *hash, proofs: *proofs })
		},
		Call::ExecuteBlock { number, payments, requests } => rollup(
			"execute_block",
			arguments! { number: number.0, payments: *payments, requests: *requests },
		),
		Call::RevertBlocks { to, epoch } => {
			rollup("revert_blocks", arguments! { to: to.0, epoch: *epoch })
		},
		Call::Claim { token, to } => rollup("claim", arguments! { token: token.0, to: *to }),
		Call::PauseDeposits(paused) => rollup("pause_deposits", arguments! { paused: *paused }),
		Call::Halt => rollup("halt", &[]),
		Call::Resume => rollup("resume", &[]),
		Call::SetOperators(operators) => {
			rollup("set_operators", arguments! { operators: *operators })
		},
		Call::SetGuardian(guardian) => rollup("set_guardian", arguments! { guardian: *guardian }),
		Call::AnnounceCode(hash) => rollup("announce_code", arguments! { code_hash: *hash }),
		Call::EnterExodus => rollup("enter_exodus", &[]),
		Call::FreezeByTimeout => rollup("freeze_by_timeout", &[]),
		Call::Exit(claim) => rollup("exit", arguments! { claim: claim.encode() }),
		Call::ExitLiquidity(claim) => {
			rollup("exit_liquidity", arguments! { claim: claim.encode() })
		},
		Call::RefundDeposit { index } => rollup("refund_deposit", arguments! { index: *index }),
		Call::Bond { key, ownership } => {
			oracle("bond", arguments! { key: *key, ownership: *ownership })
		},
		Call::Unbond(key) => oracle("unbond", arguments! { key: *key }),
		Call::ScheduleMembers { first_block, members } => {
			oracle("schedule_members", arguments! { first_block: first_block.0, members: *members })
		},
		Call::CancelEpoch(epoch) => oracle("cancel_epoch", arguments! { epoch: *epoch }),
		Call::SubmitCertificate(bytes) => {
			oracle("submit_certificate", arguments! { certificate: *bytes })
		},
		Call::SubmitRefusal(bytes) => oracle("submit_refusal", arguments! { certificate: *bytes }),
		Call::SubmitFreeze(bytes) => oracle("submit_freeze", arguments! { certificate: *bytes }),
		Call::ReportEquivocation { key, first, second } => oracle(
			"report_equivocation",
			arguments! { key: *key, first: Vote::from(&**first), second: Vote::from(&**second) },
		),
		Call::RegisterKey { version, circuit, key } => verifier(
			"register_key",
			arguments! { version: *version, circuit: CircuitId::from(*circuit), key: *key },
		),
		Call::RetireKey { version, circuit } => verifier(
			"retire_key",
			arguments! { version: *version, circuit: CircuitId::from(*circuit) },
		),
		Call::CreatePool { params, side } => amm(
			"create_pool",
			arguments! { params: PoolParams::from(*params), side: PoolSide::from(*side) },
		),
		Call::ReleasePoolDeposit(slot) => amm("release_deposit", arguments! { slot: slot.0 }),
		Call::Transfer { to, amount } => encoded(
			"Balances",
			"transfer_keep_alive",
			arguments! { dest: Address::Id(*to), value: *amount },
			metadata,
		),
		Call::TransferAsset { asset, to, amount } => encoded(
			"Assets",
			"transfer_keep_alive",
			arguments! { id: *asset, target: Address::Id(*to), amount: *amount },
			metadata,
		),
		Call::Batch(calls) => {
			let inner = |call| Ok(Inner(encode(call, metadata)?));
			let calls = calls.iter().map(inner).collect::<Result<Vec<_>, ChainError>>()?;
			encoded("Utility", "batch_all", arguments! { calls: calls }, metadata)
		},
		Call::Sudo(call) => {
			let call = Inner(encode(call, metadata)?);
			encoded("Sudo", "sudo", arguments! { call: call }, metadata)
		},
	}
}

/// A call of these arguments.
fn encoded(
	pallet: &'static str,
	name: &'static str,
	arguments: &[(&'static str, CompositeField<'_, PortableRegistry>)],
	metadata: &Metadata,
) -> Result<Encoded, ChainError> {
	let bad = |reason: String| ChainError::encode(format!("the call {pallet}.{name}"), reason);
	let found =
		metadata.pallet_by_name(pallet).ok_or_else(|| bad("there is no such pallet".into()))?;
	let variant =
		found.call_variant_by_name(name).ok_or_else(|| bad("there is no such call".into()))?;
	let mut fields =
		variant.fields.iter().map(|field| Field::new(field.ty.id, field.name.as_deref()));
	let named = arguments.iter().map(|(name, value)| (Some(*name), *value));
	let arguments = Composite::new(named)
		.encode_composite_fields(&mut fields, metadata.types())
		.map_err(|error| bad(error.to_string()))?;
	Ok(Encoded {
		pallet,
		name,
		indices: [found.call_index(), variant.index],
		arguments: Arguments(arguments),
	})
}
