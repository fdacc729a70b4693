// SPDX-License-Identifier: Apache-2.0

//! Questions to a runtime: which function to call with which bytes, and how to read the answer. What can be asked
//! stands in `questions`.

use crate::{error::ChainError, mirror::Mirror};
use ligature_primitives::refusal::Refusal;
use subxt::{
	Metadata,
	ext::{
		frame_decode::{
			runtime_apis::{
				IntoEncodableValues, decode_runtime_api_response, encode_runtime_api_inputs,
				encode_runtime_api_name,
			},
			view_functions::{ViewFunctionTypeInfo, encode_view_function_inputs_with_info_to},
		},
		scale_decode::DecodeAsType,
		scale_encode::EncodeAsType,
		scale_value::Value,
	},
};

/// The runtime API of the rollup.
const API: &str = "RollupApi";

/// A question to a runtime.
pub struct Query<T> {
	/// Name of the function, as `state_call` takes it.
	pub function: String,
	/// Its arguments.
	pub input: Vec<u8>,
	read: fn(&[u8], &Metadata) -> Result<T, ChainError>,
}

impl<T> Query<T> {
	/// Reads the answer of the runtime that has this metadata.
	///
	/// # Errors
	///
	/// [`ChainError::Decode`].
	pub fn decode(&self, answer: &[u8], metadata: &Metadata) -> Result<T, ChainError> {
		(self.read)(answer, metadata)
	}
}

pub(crate) fn refused(what: &str, refusal: Refusal) -> ChainError {
	ChainError::decode(what, refusal)
}

/// A question to the runtime API of the rollup.
pub(crate) fn api<T>(
	metadata: &Metadata,
	method: &str,
	arguments: impl IntoEncodableValues,
	read: fn(&[u8], &Metadata) -> Result<T, ChainError>,
) -> Result<Query<T>, ChainError> {
	call(metadata, API, method, arguments, read)
}

pub(crate) fn call<T>(
	metadata: &Metadata,
	api: &str,
	method: &str,
	arguments: impl IntoEncodableValues,
	read: fn(&[u8], &Metadata) -> Result<T, ChainError>,
) -> Result<Query<T>, ChainError> {
	let function = encode_runtime_api_name(api, method);
	let input = encode_runtime_api_inputs(api, method, arguments, metadata, metadata.types())
		.map_err(|error| ChainError::encode(format!("the question {function}"), error))?;
	Ok(Query { function, input, read })
}

/// The answer of the runtime API of the rollup, and what it means.
pub(crate) fn meant<M: Mirror>(
	method: &str,
	answer: &[u8],
	metadata: &Metadata,
) -> Result<M::Meaning, ChainError> {
	let mirror = api_answer::<M>(method, answer, metadata)?;
	mirror.meaning().map_err(|refusal| refused(&format!("the answer of {API}_{method}"), refusal))
}

pub(crate) fn api_answer<T: DecodeAsType>(
	method: &str,
	answer: &[u8],
	metadata: &Metadata,
) -> Result<T, ChainError> {
	answer_of(API, method, answer, metadata)
}

pub(crate) fn answer_of<T: DecodeAsType>(
	api: &str,
	method: &str,
	mut answer: &[u8],
	metadata: &Metadata,
) -> Result<T, ChainError> {
	let bad = |reason: String| {
		ChainError::decode(
			format!("the answer of {}", encode_runtime_api_name(api, method)),
			reason,
		)
	};
	let value = decode_runtime_api_response(
		api,
		method,
		&mut answer,
		metadata,
		metadata.types(),
		T::into_visitor(),
	)
	.map_err(|error| bad(error.to_string()))?;
	if answer.is_empty() { Ok(value) } else { Err(bad("there is more than the answer".into())) }
}

/// The runtime API behind which the view functions are.
const VIEWS: (&str, &str) = ("RuntimeViewFunction", "execute_view_function");

/// How a runtime names a view function.
#[derive(EncodeAsType)]
#[encode_as_type(crate_path = "subxt::ext::scale_encode")]
struct ViewId {
	/// The pallet.
	prefix: [u8; 16],
	/// The function.
	suffix: [u8; 16],
}

/// A question to a view function. Its arguments are bytes within the bytes of the runtime API's, and so is its answer.
pub(crate) fn view<T>(
	metadata: &Metadata,
	pallet: &str,
	function: &str,
	arguments: impl IntoEncodableValues,
	read: fn(&[u8], &Metadata) -> Result<T, ChainError>,
) -> Result<Query<T>, ChainError> {
	let bad = |reason: String| {
		ChainError::encode(format!("the view function {pallet}.{function}"), reason)
	};
	let info =
		metadata.view_function_info(pallet, function).map_err(|error| bad(error.to_string()))?;
	let mut input = Vec::new();
	encode_view_function_inputs_with_info_to(arguments, &info, metadata.types(), &mut input)
		.map_err(|error| bad(error.to_string()))?;
	// The function's id comes first.
	let inner = input.split_off(info.query_id.len());
	let (prefix, suffix) = info.query_id.split_at(16);
	let short = |_| bad("its id is not of 32 bytes".into());
	let id = ViewId {
		prefix: prefix.try_into().map_err(short)?,
		suffix: suffix.try_into().map_err(short)?,
	};
	call(metadata, VIEWS.0, VIEWS.1, (id, inner), read)
}

pub(crate) fn view_answer<T: DecodeAsType>(
	pallet: &str,
	function: &str,
	answer: &[u8],
	metadata: &Metadata,
) -> Result<T, ChainError> {
	let bad = |reason: String| {
		ChainError::decode(format!("the answer of the view function {pallet}.{function}"), reason)
	};
	let answer = answer_of::<Result<Vec<u8>, Value>>(VIEWS.0, VIEWS.1, answer, metadata)?
		.map_err(|error| bad(error.to_string()))?;
	let info =
		metadata.view_function_info(pallet, function).map_err(|error| bad(error.to_string()))?;
	let mut answer = &answer[..];
	let value = T::decode_as_type(&mut answer, info.output_id, metadata.types())
		.map_err(|error| bad(error.to_string()))?;
	if answer.is_empty() { Ok(value) } else { Err(bad("there is more than the answer".into())) }
}
