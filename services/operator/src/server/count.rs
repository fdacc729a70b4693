// SPDX-License-Identifier: Apache-2.0

//! How often what is called.

use crate::metrics::Metrics;
use futures::{FutureExt, future::BoxFuture};
use jsonrpsee::{
	MethodResponse,
	server::middleware::rpc::RpcServiceT,
	types::{ErrorCode, Request},
};

/// Counts calls by method and outcome.
#[derive(Clone)]
pub struct Count<S> {
	/// What answers.
	pub service: S,
	/// Where it is counted.
	pub metrics: Metrics,
}

impl<'a, S> RpcServiceT<'a> for Count<S>
where
	S: RpcServiceT<'a> + Clone + Send + Sync + 'static,
{
	type Future = BoxFuture<'a, MethodResponse>;

	fn call(&self, request: Request<'a>) -> Self::Future {
		let (service, metrics) = (self.service.clone(), self.metrics.clone());
		async move {
			let method = request.method_name().to_owned();
			let response = service.call(request).await;
			// Only names that there are: a caller could make up any number of others.
			let unknown = response.as_error_code() == Some(ErrorCode::MethodNotFound.code());
			metrics.rpc(if unknown { "unknown" } else { &method }, response.is_success());
			response
		}
		.boxed()
	}
}
