using TorchSharp.Modules;
using static TorchSharp.Lite.Dispatcher;
using static TorchSharp.torch;

namespace TorchSharp
{
    namespace Modules
    {
        /// <summary>x · weightᵀ + bias.</summary>
        public sealed class Linear : nn.Module<Tensor, Tensor>
        {
            private Parameter _weight;
            private Parameter? _bias;

            internal Linear(Parameter weight, Parameter? bias) : base(nameof(Linear))
            {
                this.weight = _weight = weight;
                this.bias = bias;
                (out_features, in_features) = (weight.size(0), weight.size(1));
            }

            /// <summary>The matrix [out_features, in_features].</summary>
            public Parameter weight
            {
                get => _weight;
                set => ConditionallyRegisterParameter(nameof(weight), _weight = (Parameter)value.DetachFromDisposeScope());
            }

            /// <summary>The vector [out_features]; null where there is none.</summary>
            public Parameter? bias
            {
                get => _bias;
                set => ConditionallyRegisterParameter(nameof(bias), _bias = (Parameter?)value?.DetachFromDisposeScope());
            }

            /// <summary>The size of the last dimension of the input.</summary>
            public long in_features { get; set; }

            /// <summary>The size of the last dimension of the output.</summary>
            public long out_features { get; set; }

            /// <inheritdoc/>
            public override Tensor forward(Tensor tensor) => nn.functional.linear(tensor, _weight, _bias);

            /// <inheritdoc/>
            protected override void RegisterComponents() { }
        }

        /// <summary>A table of vectors, looked up by integers.</summary>
        public sealed class Embedding : nn.Module<Tensor, Tensor>
        {
            private readonly long? padding;
            private readonly double? maxNorm;
            private readonly double normType;
            private readonly bool scaleByFrequency, sparse;
            private Parameter _weight;

            internal Embedding(Parameter weight, long? padding, double? maxNorm, double normType, bool scaleByFrequency, bool sparse) : base(nameof(Embedding))
            {
                this.weight = _weight = weight;
                (this.padding, this.maxNorm, this.normType, this.scaleByFrequency, this.sparse) = (padding, maxNorm, normType, scaleByFrequency, sparse);
            }

            /// <summary>The table [num_embeddings, embedding_dims].</summary>
            public Parameter weight
            {
                get => _weight;
                set => ConditionallyRegisterParameter(nameof(weight), _weight = (Parameter)value.DetachFromDisposeScope());
            }

            /// <inheritdoc/>
            public override Tensor forward(Tensor input)
            {
                if (maxNorm is { } bound)
                {
                    using var guard = no_grad();
                    CallInPlace("embedding_renorm_", _weight, input, bound, normType);
                }
                return Call("embedding", _weight, input, padding ?? -1, scaleByFrequency, sparse);
            }

            /// <inheritdoc/>
            protected override void RegisterComponents() { }
        }

        /// <summary>Normalises the last dimensions to mean 0 and variance 1, then scales and shifts.</summary>
        public sealed class LayerNorm : nn.Module<Tensor, Tensor>
        {
            private Parameter? _weight, _bias;

            internal LayerNorm(long[] shape, double eps, bool affine, bool bias, Device? device, ScalarType? dtype) : base(nameof(LayerNorm))
            {
                (normalized_shape, this.eps, elementwise_affine) = (shape, eps, affine);
                if (affine) weight = new Parameter(ones(shape, dtype, device));
                if (affine && bias) this.bias = new Parameter(zeros(shape, dtype, device));
            }

            /// <summary>The scale; null where there is none.</summary>
            public Parameter? weight
            {
                get => _weight;
                set => ConditionallyRegisterParameter(nameof(weight), _weight = (Parameter?)value?.DetachFromDisposeScope());
            }

            /// <summary>The shift; null where there is none.</summary>
            public Parameter? bias
            {
                get => _bias;
                set => ConditionallyRegisterParameter(nameof(bias), _bias = (Parameter?)value?.DetachFromDisposeScope());
            }

            /// <summary>The sizes of the normalised dimensions.</summary>
            public long[] normalized_shape { get; set; }

            /// <summary>What is added to the variance.</summary>
            public double eps { get; set; }

            /// <summary>Whether there is a scale.</summary>
            public bool elementwise_affine { get; set; }

            /// <inheritdoc/>
            public override Tensor forward(Tensor tensor) => nn.functional.layer_norm(tensor, normalized_shape, _weight, _bias, eps);

            /// <inheritdoc/>
            protected override void RegisterComponents() { }
        }
    }

    public static partial class torch
    {
        public static partial class nn
        {
            /// <summary>A linear layer, initialised as PyTorch's: uniform in ±1/√inputSize.</summary>
            public static Linear Linear(long inputSize, long outputSize, bool hasBias = true, Device? device = null, ScalarType? dtype = null)
            {
                var weight = new Parameter(empty(outputSize, inputSize, dtype, device));
                init.kaiming_uniform_(weight, Math.Sqrt(5));
                var bias = hasBias ? new Parameter(empty(outputSize, dtype, device)) : null;
                var bound = inputSize > 0 ? 1 / Math.Sqrt(inputSize) : 0;
                if (bias is not null) init.uniform_(bias, -bound, bound);
                return new Linear(weight, bias);
            }

            /// <summary>A linear layer over given parameters.</summary>
            public static Linear Linear(Parameter weight, Parameter? bias = null) => new(weight, bias);

            /// <summary>A table of standard normal vectors.</summary>
            public static Embedding Embedding(
                long num_embeddings, long embedding_dims, long? padding_idx = null, double? max_norm = null, double norm_type = 2,
                bool scale_grad_by_freq = false, bool sparse = false, Device? device = null, ScalarType? dtype = null)
            {
                var weight = new Parameter(randn(num_embeddings, embedding_dims, dtype, device));
                if (padding_idx is { } index)
                {
                    using var guard = no_grad();
                    using var row = weight[index];
                    row.zero_();
                }
                return new Embedding(weight, padding_idx, max_norm, norm_type, scale_grad_by_freq, sparse);
            }

            /// <summary>A table of given vectors.</summary>
            public static Embedding Embedding_from_pretrained(
                Tensor embeddings, bool freeze = true, long? padding_idx = null, double? max_norm = null, double norm_type = 2,
                bool scale_grad_by_freq = false, bool sparse = false, Device? device = null, ScalarType? dtype = null)
            {
                var (place, type) = (device ?? embeddings.device, dtype ?? embeddings.dtype);
                return new Embedding(new Parameter(embeddings, !freeze), padding_idx, max_norm, norm_type, scale_grad_by_freq, sparse).to(place, type);
            }

            /// <summary>Layer normalisation over the last dimensions.</summary>
            public static LayerNorm LayerNorm(long[] normalized_shape, double eps = 1e-05, bool elementwise_affine = true, bool bias = true, Device? device = null, ScalarType? dtype = null) =>
                new(normalized_shape, eps, elementwise_affine, bias, device, dtype);

            /// <summary>Layer normalisation over the last dimension.</summary>
            public static LayerNorm LayerNorm(long normalized_shape, double eps = 1e-05, bool elementwise_affine = true, bool bias = true, Device? device = null, ScalarType? dtype = null) =>
                new([normalized_shape], eps, elementwise_affine, bias, device, dtype);
        }
    }
}
