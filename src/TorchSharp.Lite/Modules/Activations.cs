using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp
{
    namespace Modules
    {
        /// <summary>A module without parameters.</summary>
        public abstract class ParameterLessModule<T1, TResult> : nn.Module<T1, TResult>
        {
            /// <summary>A module with a name for messages.</summary>
            protected ParameterLessModule(string name) : base(name) { }
        }

        /// <summary>The positive part.</summary>
        public sealed class ReLU : ParameterLessModule<Tensor, Tensor>
        {
            internal ReLU(bool inplace) : base(nameof(ReLU)) => this.inplace = inplace;

            /// <summary>Whether the input is overwritten.</summary>
            public bool inplace { get; set; }

            /// <inheritdoc/>
            public override Tensor forward(Tensor tensor) => nn.functional.relu(tensor, inplace);
        }

        /// <summary>x·sigmoid(x).</summary>
        public sealed class SiLU : ParameterLessModule<Tensor, Tensor>
        {
            internal SiLU(bool inplace) : base(nameof(SiLU)) => this.inplace = inplace;

            /// <summary>Whether the input is overwritten.</summary>
            public bool inplace { get; set; }

            /// <inheritdoc/>
            public override Tensor forward(Tensor tensor) => nn.functional.silu(tensor, inplace);
        }

        /// <summary>x · Φ(x), with the normal distribution function Φ.</summary>
        public sealed class GELU : ParameterLessModule<Tensor, Tensor>
        {
            internal GELU(Approximate approximate, bool inplace) : base(nameof(GELU)) => (this.approximate, this.inplace) = (approximate, inplace);

            /// <summary>How Φ is computed.</summary>
            public enum Approximate
            {
                /// <summary>Exactly, by the error function.</summary>
                none,
                /// <summary>By a hyperbolic tangent.</summary>
                tanh,
            }

            /// <summary>How Φ is computed.</summary>
            public Approximate approximate { get; set; }

            /// <summary>Whether the input is overwritten.</summary>
            public bool inplace { get; set; }

            /// <inheritdoc/>
            public override Tensor forward(Tensor tensor) => nn.functional.gelu(tensor, approximate, inplace);
        }

        /// <summary>The hyperbolic tangent.</summary>
        public sealed class Tanh : ParameterLessModule<Tensor, Tensor>
        {
            internal Tanh(bool inplace) : base(nameof(Tanh)) => this.inplace = inplace;

            /// <summary>Whether the input is overwritten.</summary>
            public bool inplace { get; set; }

            /// <inheritdoc/>
            public override Tensor forward(Tensor tensor) => nn.functional.tanh(tensor, inplace);
        }

        /// <summary>The logistic function.</summary>
        public sealed class Sigmoid : ParameterLessModule<Tensor, Tensor>
        {
            internal Sigmoid(bool inplace) : base(nameof(Sigmoid)) => this.inplace = inplace;

            /// <summary>Whether the input is overwritten.</summary>
            public bool inplace { get; set; }

            /// <inheritdoc/>
            public override Tensor forward(Tensor tensor) => nn.functional.sigmoid(tensor, inplace);
        }

        /// <summary>Sets elements to zero at random while training, and scales the rest.</summary>
        public sealed class Dropout : ParameterLessModule<Tensor, Tensor>
        {
            internal Dropout(double p, bool inplace) : base(nameof(Dropout)) => (this.p, this.inplace) = (p, inplace);

            /// <summary>The probability that an element becomes zero.</summary>
            public double p { get; set; }

            /// <summary>Whether the input is overwritten.</summary>
            public bool inplace { get; set; }

            /// <inheritdoc/>
            public override Tensor forward(Tensor tensor) => nn.functional.dropout(tensor, p, training, inplace);
        }

        /// <summary>Its input.</summary>
        public sealed class Identity : ParameterLessModule<Tensor, Tensor>
        {
            internal Identity() : base(nameof(Identity)) { }

            /// <inheritdoc/>
            public override Tensor forward(Tensor tensor) => tensor.alias();
        }
    }

    public static partial class torch
    {
        public static partial class nn
        {
            /// <summary>The positive part.</summary>
            public static ReLU ReLU(bool inplace = false) => new(inplace);

            /// <summary>x·sigmoid(x).</summary>
            public static SiLU SiLU() => new(false);

            /// <inheritdoc cref="SiLU()"/>
            public static SiLU SiLU(bool inplace) => new(inplace);

            /// <summary>x · Φ(x), with the normal distribution function Φ.</summary>
            public static GELU GELU() => new(Modules.GELU.Approximate.none, false);

            /// <inheritdoc cref="GELU()"/>
            public static GELU GELU(bool inplace) => new(Modules.GELU.Approximate.none, inplace);

            /// <inheritdoc cref="GELU()"/>
            public static GELU GELU(GELU.Approximate approximate, bool inplace = false) => new(approximate, inplace);

            /// <summary>The hyperbolic tangent.</summary>
            public static Tanh Tanh() => new(false);

            /// <inheritdoc cref="Tanh()"/>
            public static Tanh Tanh(bool inplace = false) => new(inplace);

            /// <summary>The logistic function.</summary>
            public static Sigmoid Sigmoid() => new(false);

            /// <inheritdoc cref="Sigmoid()"/>
            public static Sigmoid Sigmoid(bool inplace) => new(inplace);

            /// <summary>Sets elements to zero at random while training, and scales the rest.</summary>
            public static Dropout Dropout(double p = 0.5, bool inplace = false) => new(p, inplace);

            /// <summary>Its input.</summary>
            public static Identity Identity() => new();
        }
    }
}
