using TorchSharp.Lite;
using TorchSharp.Modules;
using static TorchSharp.Lite.Dispatcher;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>What a loss makes of its elements.</summary>
        public enum Reduction : long
        {
            /// <summary>Nothing.</summary>
            None = 0,
            /// <summary>Their mean.</summary>
            Mean = 1,
            /// <summary>Their sum.</summary>
            Sum = 2,
        }

        /// <summary>Modules as functions.</summary>
        public static class functional
        {
            /// <summary>The positive part.</summary>
            public static Tensor relu(Tensor x, bool inplace = false) => inplace ? x.relu_().alias() : x.relu();

            /// <summary>x·sigmoid(x).</summary>
            public static Tensor silu(Tensor x, bool inplace = false) => inplace ? x.silu_().alias() : x.silu();

            /// <summary>The hyperbolic tangent.</summary>
            public static Tensor tanh(Tensor x, bool inplace = false) => inplace ? x.tanh_().alias() : x.tanh();

            /// <summary>The logistic function.</summary>
            public static Tensor sigmoid(Tensor x, bool inplace) => inplace ? x.sigmoid_().alias() : x.sigmoid();

            /// <summary>The logistic function.</summary>
            public static Tensor sigmoid(Tensor x) => x.sigmoid();

            /// <summary>x · Φ(x), with the normal distribution function Φ.</summary>
            public static Tensor gelu(Tensor x) => x.gelu();

            /// <summary>x · Φ(x), with the normal distribution function Φ.</summary>
            public static Tensor gelu(Tensor x, bool inplace) => inplace ? x.gelu_().alias() : x.gelu();

            /// <summary>x · Φ(x), with the normal distribution function Φ or its tanh approximation.</summary>
            public static Tensor gelu(Tensor x, GELU.Approximate approximate, bool inplace = false) => inplace ? x.gelu_(approximate).alias() : x.gelu(approximate);

            /// <summary>log(1 + exp(beta · x)) / beta.</summary>
            public static Tensor softplus(Tensor x, double beta = 1, double threshold = 20) => x.softplus(beta, threshold);

            /// <summary>x where positive, else alpha · (exp(x) − 1).</summary>
            public static Tensor elu(Tensor x, double alpha, bool inplace = false) => inplace ? x.elu_(alpha).alias() : x.elu(alpha);

            /// <summary>x where positive, else negative_slope · x.</summary>
            public static Tensor leaky_relu(Tensor input, double negative_slope = 0.01, bool inplace = false) =>
                inplace ? input.leaky_relu_(negative_slope).alias() : input.leaky_relu(negative_slope);

            /// <summary>exp(x) over its sum along a dimension.</summary>
            public static Tensor softmax(Tensor input, long dim, ScalarType? dtype = null) => input.softmax(dim, dtype);

            /// <summary>The logarithm of softmax along a dimension.</summary>
            public static Tensor log_softmax(Tensor x, long dim) => x.log_softmax(dim);

            /// <summary>input · weightsᵀ + bias.</summary>
            public static Tensor linear(Tensor input, Tensor weights, Tensor? bias = null) => Call("linear", input, weights, bias);

            /// <summary>Ones at the given classes, zeros elsewhere, along a new last dimension.</summary>
            public static Tensor one_hot(Tensor x, long num_classes = -1) => Call("one_hot", x, num_classes);

            /// <summary>Normalises the last dimensions to mean 0 and variance 1, then scales and shifts.</summary>
            public static Tensor layer_norm(Tensor input, long[] normalized_shape, Tensor? weight = null, Tensor? bias = null, double eps = 1e-05) =>
                Call("layer_norm", input, normalized_shape, weight, bias, eps);

            /// <summary>Divides by the p-norm along a dimension, at least eps.</summary>
            public static Tensor normalize(Tensor input, double p = 2, long dim = 1, double eps = 1e-12)
            {
                using var norm = Call("norm.ScalarOpt_dim", input, (Scalar)p, new[] { dim }, true);
                using var bounded = norm.clamp_min(eps);
                return input.div(bounded);
            }

            /// <summary>Sets elements to zero at random while training, and scales the rest.</summary>
            public static Tensor dropout(Tensor input, double p = 0.5, bool training = true, bool inplace = false) =>
                inplace ? CallInPlace("dropout_", input, p, training).alias() : Call("dropout", input, p, training);

            /// <summary>The squared difference.</summary>
            public static Tensor mse_loss(Tensor input, Tensor target, Reduction reduction = Reduction.Mean) => Call("mse_loss", input, target, (long)reduction);

            /// <summary>The absolute difference.</summary>
            public static Tensor l1_loss(Tensor input, Tensor target, Reduction reduction = Reduction.Mean) => Call("l1_loss", input, target, (long)reduction);

            /// <summary>Half the squared difference up to delta, then linear.</summary>
            public static Tensor huber_loss(Tensor input, Tensor target, double delta = 1, Reduction reduction = Reduction.Mean) => Call("huber_loss", input, target, (long)reduction, delta);

            /// <summary>Minus the logarithm of softmax at the target class; or against target probabilities.</summary>
            public static Tensor cross_entropy(Tensor input, Tensor target, Tensor? weight = null, long ignore_index = -100, Reduction reduction = Reduction.Mean, double label_smoothing = 0) =>
                Call("cross_entropy_loss", input, target, weight, (long)reduction, ignore_index, label_smoothing);

            /// <summary>Minus the input at the target class.</summary>
            public static Tensor nll_loss(Tensor input, Tensor target, Tensor? weight = null, Reduction reduction = Reduction.Mean) =>
                Call("nll_loss_nd", input, target, weight, (long)reduction);

            /// <summary>The cross-entropy of probabilities.</summary>
            public static Tensor binary_cross_entropy(Tensor input, Tensor target, Tensor? weight = null, Reduction reduction = Reduction.Mean) =>
                Call("binary_cross_entropy", input, target, weight, (long)reduction);

            /// <summary>The cross-entropy of sigmoid(input).</summary>
            public static Tensor binary_cross_entropy_with_logits(Tensor input, Tensor target, Tensor? weight = null, Reduction reduction = Reduction.Mean, Tensor? pos_weights = null) =>
                Call("binary_cross_entropy_with_logits", input, target, weight, pos_weights, (long)reduction);

            /// <summary>softmax(query · keyᵀ / √d + mask) · value; a bool mask is true where attention is allowed.</summary>
            public static Tensor scaled_dot_product_attention(Tensor query, Tensor key, Tensor value, Tensor? attn_mask = null, double p = 0, bool is_casual = false)
            {
                if (Has("scaled_dot_product_attention")) return Call("scaled_dot_product_attention", query, key, value, attn_mask, p, is_casual);
                return WrappedTensorDisposeScope(() =>
                {
                    var scores = query.mul(1 / Math.Sqrt(query.size(-1))).matmul(key.transpose(-2, -1)); // [..., T, S]
                    if (is_casual)
                        scores = scores.masked_fill(ones(query.size(-2), key.size(-2), ScalarType.Bool, query.device).tril().logical_not(), double.NegativeInfinity);
                    if (attn_mask is not null)
                        scores = attn_mask.dtype == ScalarType.Bool ? scores.masked_fill(attn_mask.logical_not(), double.NegativeInfinity) : scores.add(attn_mask);
                    return dropout(scores.softmax(-1), p).matmul(value);
                });
            }
        }
    }
}
