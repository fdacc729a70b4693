// SPDX-License-Identifier: Apache-2.0

//! The metadata of a runtime that does not exist: one that knows more than this program. Fields and variants have moved
//! and new ones have come, pallets have other numbers, and one call is gone.

#![allow(dead_code, reason = "the types are there for their shape")]
#![allow(non_camel_case_types, reason = "calls have the names of functions")]

use codec::{Compact, Encode};
use scale_info::{MetaType, TypeInfo, meta_type};
use subxt::{
	Metadata,
	ext::frame_metadata::{
		RuntimeMetadataPrefixed,
		v16::{
			CustomMetadata, EnumDeprecationInfo, ExtrinsicMetadata, FunctionParamMetadata,
			ItemDeprecationInfo, OuterEnums, PalletCallMetadata, PalletErrorMetadata,
			PalletEventMetadata, PalletMetadata, PalletStorageMetadata, RuntimeApiMetadata,
			RuntimeApiMethodMetadata, RuntimeMetadataV16, StorageEntryMetadata,
			StorageEntryModifier, StorageEntryType, TransactionExtensionMetadata,
		},
	},
};

/// As `RollupStatus` of today, and more.
#[derive(Clone, Encode, TypeInfo)]
pub struct Status {
	pub exodus: Option<Exodus>,
	pub mood: Vec<u8>,
	pub revert_epoch: u64,
	pub counters: Counters,
	pub chain_list_hash: Option<[u8; 32]>,
	pub parameters: Option<Parameters>,
	pub queue: Queue,
	pub request_price: Compact<u128>,
	pub deposits_paused: bool,
	pub halted: Halt,
}

#[derive(Clone, Encode, TypeInfo)]
pub struct Counters {
	pub planned: u64,
	pub executed: Number,
	pub certified: Number,
	pub proven: Number,
	pub committed: Number,
}

#[derive(Clone, Encode, TypeInfo)]
pub struct Number(pub u64);

#[derive(Clone, Encode, TypeInfo)]
pub struct Exodus {
	pub reason: u8,
	pub since: u32,
	pub freeze: Option<Number>,
}

#[derive(Clone, Encode, TypeInfo)]
pub struct Parameters {
	pub expiry: u32,
	pub service_interval: u32,
	pub execute_grace: u32,
	pub turn_grace: u32,
	pub exodus_timeout: u32,
	pub exit_time: u32,
	pub notice: u32,
	pub patience: u32,
}

#[derive(Clone, Encode, TypeInfo)]
pub struct Queue {
	pub executed: u64,
	pub committed: u64,
	pub next: u64,
	pub creating: u32,
	pub last_expiry: u32,
}

#[derive(Clone, Encode, TypeInfo)]
pub struct Halt {
	pub refused: Option<Refused>,
	pub guardian: bool,
}

#[derive(Clone, Encode, TypeInfo)]
pub struct Refused {
	pub hash: [u8; 32],
	pub chain: u8,
	pub number: Number,
}

/// As `StoredRequest`; the kinds have another order.
#[derive(Clone, Encode, TypeInfo)]
pub struct Request {
	pub expires: u32,
	pub request: Asked,
	pub payer: Account,
}

#[derive(Clone, Encode, TypeInfo)]
pub struct Account(pub [u8; 32]);

#[derive(Clone, Encode, TypeInfo)]
pub enum Asked {
	Song { text: Vec<u8> },
	FullExit { token: u16, account: u32, owner: Account, comment: Vec<u8> },
	Deposit { token: u16, owner: Account, amount: u128, key: Option<Account> },
}

/// The calls of the rollup: some have other places, and one takes more.
#[derive(Encode, TypeInfo)]
pub enum RollupCall {
	#[codec(index = 7)]
	enter_exodus,
	#[codec(index = 3)]
	deposit { amount: u128, key: Option<Account>, owner: Account, token: u16 },
	#[codec(index = 4)]
	claim { token: u16, to: Option<Account>, purpose: Vec<u8> },
	#[codec(index = 9)]
	commit_block { lines: u8, data: Vec<u8>, header: Vec<u8> },
}

#[derive(Encode, TypeInfo)]
pub enum SudoCall {
	#[codec(index = 2)]
	sudo { call: Box<Call> },
}

#[derive(Encode, TypeInfo)]
pub enum Call {
	#[codec(index = 31)]
	Rollup(RollupCall),
	#[codec(index = 9)]
	Sudo(SudoCall),
}

#[derive(Clone, Encode, TypeInfo)]
pub enum DispatchError {
	Other,
	BadOrigin,
	Token(TokenError),
	Module(ModuleError),
}

#[derive(Clone, Encode, TypeInfo)]
pub enum TokenError {
	FundsUnavailable,
}

#[derive(Clone, Encode, TypeInfo)]
pub struct ModuleError {
	pub index: u8,
	pub error: [u8; 4],
}

#[derive(Clone, Encode, TypeInfo)]
pub enum SystemEvent {
	ExtrinsicSuccess { dispatch_info: u64 },
	ExtrinsicFailed { dispatch_error: DispatchError, dispatch_info: u64 },
}

#[derive(Clone, Encode, TypeInfo)]
pub enum RollupEvent {
	Sung,
	BlockCommitted { hash: [u8; 32], number: Number, extrinsic: u32, block: u32, lines: u8 },
}

#[derive(Clone, Encode, TypeInfo)]
pub enum SudoEvent {
	Sudid { sudo_result: Result<(), DispatchError> },
}

#[derive(Clone, Encode, TypeInfo)]
pub enum Event {
	#[codec(index = 0)]
	System(SystemEvent),
	#[codec(index = 31)]
	Rollup(RollupEvent),
	#[codec(index = 9)]
	Sudo(SudoEvent),
}

#[derive(Clone, Encode, TypeInfo)]
pub enum Phase {
	ApplyExtrinsic(u32),
	Finalization,
	Initialization,
}

#[derive(Clone, Encode, TypeInfo)]
pub struct EventRecord {
	pub phase: Phase,
	pub event: Event,
	pub topics: Vec<[u8; 32]>,
}

#[derive(TypeInfo)]
#[scale_info(capture_docs = "always")]
pub enum RollupError {
	/// Nobody
	///  sings.
	NoSong,
	/// Wait until it is over.
	TooEarly,
}

#[derive(Encode, TypeInfo)]
pub enum Address {
	Index(()),
	Id(Account),
}

#[derive(Encode, TypeInfo)]
pub enum Signature {
	Ed25519([u8; 64]),
	Sr25519([u8; 64]),
}

/// What an extension puts into an extrinsic that this program knows, by its bytes only.
#[derive(TypeInfo)]
pub struct Era(u8, u8);

/// An extension without data, of a later time.
#[derive(TypeInfo)]
pub struct CheckMood;

fn pallet(
	name: &'static str,
	index: u8,
	calls: Option<MetaType>,
	event: MetaType,
) -> PalletMetadata {
	PalletMetadata {
		name,
		storage: None,
		calls: calls.map(|ty| PalletCallMetadata {
			ty,
			deprecation_info: EnumDeprecationInfo::nothing_deprecated(),
		}),
		event: Some(PalletEventMetadata {
			ty: event,
			deprecation_info: EnumDeprecationInfo::nothing_deprecated(),
		}),
		constants: vec![],
		error: None,
		associated_types: vec![],
		view_functions: vec![],
		index,
		docs: vec![],
		deprecation_info: ItemDeprecationInfo::NotDeprecated,
	}
}

fn api(name: &'static str, inputs: Vec<MetaType>, output: MetaType) -> RuntimeApiMethodMetadata {
	RuntimeApiMethodMetadata {
		name,
		inputs: inputs.into_iter().map(|ty| FunctionParamMetadata { name: "input", ty }).collect(),
		output,
		docs: vec![],
		deprecation_info: ItemDeprecationInfo::NotDeprecated,
	}
}

/// The metadata, as a node gives it; with `extension` among the extensions of extrinsics, of this type.
pub fn bytes_with(extension: &'static str, ty: MetaType) -> Vec<u8> {
	let mut system = pallet("System", 0, None, meta_type::<SystemEvent>());
	system.storage = Some(PalletStorageMetadata {
		prefix: "System",
		entries: vec![StorageEntryMetadata {
			name: "Events",
			modifier: StorageEntryModifier::Default,
			ty: StorageEntryType::Plain(meta_type::<Vec<EventRecord>>()),
			default: vec![0],
			docs: vec![],
			deprecation_info: ItemDeprecationInfo::NotDeprecated,
		}],
	});
	let mut rollup =
		pallet("Rollup", 31, Some(meta_type::<RollupCall>()), meta_type::<RollupEvent>());
	rollup.error = Some(PalletErrorMetadata {
		ty: meta_type::<RollupError>(),
		deprecation_info: EnumDeprecationInfo::nothing_deprecated(),
	});
	let sudo = pallet("Sudo", 9, Some(meta_type::<SudoCall>()), meta_type::<SudoEvent>());
	let none = meta_type::<()>();
	let extensions = [
		("CheckMood", meta_type::<CheckMood>(), none),
		("CheckSpecVersion", none, meta_type::<u32>()),
		("CheckGenesis", none, meta_type::<[u8; 32]>()),
		("CheckMortality", meta_type::<Era>(), meta_type::<[u8; 32]>()),
		("CheckNonce", meta_type::<Compact<u32>>(), none),
		(extension, ty, none),
	];
	let extensions: Vec<_> = extensions
		.into_iter()
		.map(|(identifier, ty, implicit)| TransactionExtensionMetadata { identifier, ty, implicit })
		.collect();
	let indices = (0..extensions.len() as u32).map(Compact).collect();
	let extrinsic = ExtrinsicMetadata {
		versions: vec![4],
		address_ty: meta_type::<Address>(),
		call_ty: meta_type::<Call>(),
		signature_ty: meta_type::<Signature>(),
		transaction_extensions_by_version: [(0, indices)].into(),
		transaction_extensions: extensions,
	};
	let apis = vec![RuntimeApiMetadata {
		name: "RollupApi",
		methods: vec![
			api("status", vec![], meta_type::<Status>()),
			api(
				"requests",
				vec![meta_type::<u64>(), meta_type::<u32>()],
				meta_type::<Vec<(u64, Request)>>(),
			),
		],
		docs: vec![],
		version: Compact(2),
		deprecation_info: ItemDeprecationInfo::NotDeprecated,
	}];
	let outer = OuterEnums {
		call_enum_ty: meta_type::<Call>(),
		event_enum_ty: meta_type::<Event>(),
		error_enum_ty: meta_type::<RollupError>(),
	};
	let custom = CustomMetadata { map: Default::default() };
	let metadata =
		RuntimeMetadataV16::new(vec![system, rollup, sudo], extrinsic, apis, outer, custom);
	RuntimeMetadataPrefixed::from(metadata).encode()
}

/// The metadata, as a node gives it.
pub fn bytes() -> Vec<u8> {
	bytes_with("ChargeTransactionPayment", meta_type::<Compact<u128>>())
}

/// The metadata.
pub fn metadata() -> Metadata {
	crate::runtime::metadata_of(&bytes()).expect("it is metadata")
}
