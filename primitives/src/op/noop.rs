// SPDX-License-Identifier: Apache-2.0

//! Noop: the padding of slots. It is nobody's operation and has no form on the wire.
